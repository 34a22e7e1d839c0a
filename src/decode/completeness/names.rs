//! Which names of an envelope's fields mean something of the answer as a whole (contract §7).

use crate::feed::comparable;

/// What a field says of its answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Where the next page is.
    Next,
    /// Whether there is more.
    More,
    /// Whether this is the last page.
    Last,
    /// Which page this is.
    Page,
    /// The same by a name that only means it together with the number of pages.
    PageNumber,
    /// How many pages there are.
    Pages,
    /// How many records there are.
    Total,
    /// Whether it went well.
    Success,
    /// What went wrong.
    Error,
    /// How it went: a word, a code, or an object with a code.
    Status,
    /// How it went, as a code.
    StatusCode,
}

/// What the field `name` means; a name with dots means what its last part means, too (`@odata.nextLink`).
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    by_comparable(&comparable(name)).or_else(|| {
        let (_, last) = name.rsplit_once('.')?;
        by_comparable(&comparable(last))
    })
}

/// What the field `name` of an object means that is itself the value of a field with a meaning: a status has a code,
/// and a total of a search engine a value.
pub(super) fn meaning_inside(outer: Meaning, name: &str) -> Option<Meaning> {
    match (outer, comparable(name).as_str()) {
        (Meaning::Status, "code") => Some(Meaning::StatusCode),
        (Meaning::Total, "value") => Some(Meaning::Total),
        _ => None,
    }
}

fn by_comparable(name: &str) -> Option<Meaning> {
    Some(match name {
        "next" | "nextpage" | "nextpageurl" | "nexturl" | "nextlink" | "nextcursor" | "nexttoken"
        | "nextpagetoken" | "linksnext" => Meaning::Next,
        // A cursor says nothing alone. Together with `hasMore`, the latter says whether there is more.
        "hasmore" | "hasnext" | "hasnextpage" | "truncated" | "istruncated" | "incomplete"
        | "incompleteresults" | "partial" => Meaning::More,
        "last" | "islast" | "islastpage" => Meaning::Last,
        "page" | "pagenumber" | "currentpage" => Meaning::Page,
        "number" => Meaning::PageNumber,
        "pages" | "totalpages" | "lastpage" | "pagecount" => Meaning::Pages,
        "total" | "totalcount" | "totalelements" | "totalrecords" | "recordstotal" | "odatacount" => {
            Meaning::Total
        }
        "success" | "ok" => Meaning::Success,
        "error" | "errors" => Meaning::Error,
        "status" => Meaning::Status,
        "statuscode" => Meaning::StatusCode,
        _ => return None,
    })
}

/// Whether a field of an object says, alone, where the next page is: a link's title or method does not.
pub(super) fn leads_on(name: &str) -> bool {
    matches!(
        comparable(name).as_str(),
        "href"
            | "url"
            | "uri"
            | "link"
            | "page"
            | "number"
            | "cursor"
            | "token"
            | "offset"
            | "after"
            | "start"
    )
}
