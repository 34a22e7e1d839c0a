//! What an answer's headers say of it as a whole: `Link` (RFC 8288) and `Content-Range` (RFC 9110 §14.4).

/// The targets of a `Link` header's links to a next page.
pub(super) fn next_links(mut rest: &str) -> Vec<&str> {
    let mut targets = Vec::new();
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let (parameters, others) = split_unquoted(after, ',');
        rest = others;
        if relations(parameters).split_whitespace().any(|relation| relation.eq_ignore_ascii_case("next")) {
            targets.push(target.trim());
        }
    }
    targets
}

/// The relation types in the `rel` parameter, which is one word or several in quotes.
fn relations(mut parameters: &str) -> &str {
    while !parameters.is_empty() {
        let (parameter, others) = split_unquoted(parameters, ';');
        parameters = others;
        if let Some((name, value)) = parameter.split_once('=')
            && name.trim().eq_ignore_ascii_case("rel")
        {
            return value.trim().trim_matches('"');
        }
    }
    ""
}

/// What comes before the first separator outside of quotes, and what comes after it.
fn split_unquoted(text: &str, separator: char) -> (&str, &str) {
    let (mut quoted, mut escaped) = (false, false);
    for (at, character) in text.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if character == separator && !quoted => {
                return (&text[..at], &text[at + separator.len_utf8()..]);
            }
            _ => {}
        }
    }
    (text, "")
}

/// What a `Content-Range` says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// Whether what it names is less than all there is.
    pub(super) is_part: bool,
    /// How many records there are, where it counts them rather than bytes.
    pub(super) records: Option<u64>,
}

/// Reads a `Content-Range`, such as `items 0-24/100` or `0-24/*`; `None` when it is none.
pub(super) fn range(value: &str) -> Option<Range> {
    let (unit, range) = value.trim().rsplit_once(' ').unwrap_or(("", value.trim()));
    let (span, total) = range.split_once('/')?;
    let total: Option<u64> = if total == "*" { None } else { Some(total.parse().ok()?) };
    let is_part = match span {
        "*" => false,
        span => {
            let (first, last) = span.split_once('-')?;
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            first > 0 || total.is_some_and(|total| last.saturating_add(1) < total)
        }
    };
    let counts_bytes = unit.trim().eq_ignore_ascii_case("bytes");
    Some(Range { is_part, records: total.filter(|_| !counts_bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_link_whose_relation_is_next_leads_on() {
        for (header, targets) in [
            ("<https://a.example/?page=2>; rel=\"next\"", vec!["https://a.example/?page=2"]),
            ("</a>; rel=prev, </b>;REL = NEXT; title=\"x\", </c>; rel=last", vec!["/b"]),
            ("</a,b>; title=\"a, <z>; rel=next\"; rel=\"last next\"", vec!["/a,b"]),
            ("</a>; title=\"say \\\"rel=next\\\", please\"; rel=prev", vec![]),
            ("</a>; title=\"one; rel=next\"; rel=prev", vec![]),
            ("</a>; rel=\"nextish\"; rev=next", vec![]),
            ("<>; rel=next", vec![""]),
            ("</a; rel=next", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(next_links(header), targets, "{header}");
        }
    }

    #[test]
    fn a_range_is_a_part_unless_it_is_all() {
        let part = |is_part, records| Some(Range { is_part, records });
        assert_eq!(range("items 0-24/100"), part(true, Some(100)));
        assert_eq!(range("0-99/100"), part(false, Some(100)));
        assert_eq!(range("bytes 0-99/1000"), part(true, None));
        assert_eq!(range("halls 25-49/*"), part(true, None));
        assert_eq!(range("0-24/*"), part(false, None));
        assert_eq!(range("*/7"), part(false, Some(7)));
        for none in ["", "items", "0-24", "a-b/c", "0-24/-1", "24/100"] {
            assert_eq!(range(none), None, "{none}");
        }
    }
}
