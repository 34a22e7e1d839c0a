//! Whether an answer says of itself that it is incomplete or failed (contract §7).
//!
//! Its headers and the objects of its envelope are looked at, never its `data` and never a list. What is kept does not
//! grow with the answer.

mod headers;
mod names;
mod pages;
mod said;
#[cfg(test)]
mod tests;
mod visit;

use serde::de::MapAccess;

use self::names::{Meaning, meaning, meaning_inside};
use self::pages::{PageField, Pages};
use self::said::Said;
use self::visit::{Gist, GistFound, Look, Node};
use super::sink::Tally;
use super::value::skip_value;
use crate::feed::{AnswerContext, Complaint, Finding, SelfReport};

/// The most findings that are reported of either complaint.
const MAX_FINDINGS: usize = 3;
/// No more totals are compared.
const MAX_TOTALS: usize = 16;
/// Of a name no more is shown.
const MAX_NAME: usize = 60;

/// What an answer has said against itself so far.
pub(super) struct Claims<'c> {
    context: &'c AnswerContext,
    /// The names of the objects that are being looked through.
    path: Vec<String>,
    findings: Vec<Finding>,
    totals: Vec<Total>,
    /// The pages that the envelope's own fields count.
    pages: Pages,
}

/// How many records there are, as a field says.
struct Total {
    field: String,
    name: String,
    said: Said,
    number: f64,
}

impl<'c> Claims<'c> {
    /// What the headers say.
    pub(super) fn new(context: &'c AnswerContext) -> Self {
        let (path, findings, totals) = (Vec::new(), Vec::new(), Vec::new());
        let mut claims = Self { context, path, findings, totals, pages: Pages::default() };
        let mut pages = Pages::default();
        for (name, value) in &context.headers {
            if !context.ignored.contains(&[], name) {
                claims.header(name, value, &mut pages);
            }
        }
        claims.close(pages);
        claims
    }

    fn header(&mut self, name: &str, value: &str, pages: &mut Pages) {
        let field = format!("the header `{}`", title_case(name));
        let said = Said::text(value);
        match name {
            "link" => {
                for target in headers::next_links(value) {
                    let said = Said::text(target);
                    if said.leads_on() {
                        let next = Some("a next page is named".to_owned());
                        self.find(Complaint::NotWhole, next, field.clone(), name, &said);
                    }
                }
            }
            "content-range" => {
                let Some(range) = headers::range(value) else { return };
                if range.is_part {
                    self.find(Complaint::NotWhole, None, field, name, &said);
                } else if let Some(records) = range.records {
                    self.total(field, name, said, records as f64);
                }
            }
            "x-next-page" if said.leads_on() => self.find(Complaint::NotWhole, None, field, name, &said),
            "x-has-more" if said.is_something() => self.find(Complaint::NotWhole, None, field, name, &said),
            "x-page" | "x-total-pages" | "x-total" | "x-total-count" => {
                let Some(number) = said.number() else { return };
                let page = PageField { field, name: name.to_owned(), number, only_beside: false };
                match name {
                    "x-page" => pages.page(page),
                    "x-total-pages" => pages.pages(page),
                    _ => self.total(page.field, name, said, number),
                }
            }
            _ => {}
        }
    }

    /// Looks at the value of the envelope's next field, which has this name.
    ///
    /// # Errors
    /// Those of the document.
    pub(super) fn envelope_field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        envelope: &mut A,
    ) -> Result<(), A::Error> {
        let mut pages = std::mem::take(&mut self.pages);
        let looked = self.field(name, None, envelope, &mut pages);
        self.pages = pages;
        looked
    }

    /// Looks at the next field's value in `object`, which is the envelope or is in it.
    fn field<'de, A: MapAccess<'de>>(
        &mut self,
        name: &str,
        inside: Option<Meaning>,
        object: &mut A,
        pages: &mut Pages,
    ) -> Result<(), A::Error> {
        if self.context.ignored.contains(&self.path, name) {
            return skip_value(object);
        }
        let meaning = meaning(name).or_else(|| meaning_inside(inside?, name));
        let gist = match meaning {
            Some(Meaning::Error) => Some(Gist::Error),
            Some(Meaning::Next) => Some(Gist::Next),
            _ => None,
        };
        if let Some(gist) = gist {
            let found = object.next_value_seed(gist)?;
            self.gist(gist, name, found);
            return Ok(());
        }
        self.path.push(short(name));
        let node = object.next_value_seed(Look { claims: self, inside: meaning });
        self.path.pop();
        match (node?, meaning) {
            (Node::Object(inner), _) => pages.inner(*inner),
            (Node::Said(said), Some(meaning)) => self.said(meaning, name, said, pages),
            (Node::Said(_), None) => {}
        }
        Ok(())
    }

    /// The end of an object: what its pages come to, and what of them is left for the object around it.
    fn close(&mut self, pages: Pages) -> Pages {
        let (finding, left) = pages.close();
        self.findings.extend(finding.filter(|_| self.has_room(Complaint::NotWhole)));
        left
    }

    /// The verdict on the envelope, given the records that were read; `None` when nothing is wrong.
    pub(super) fn report(mut self, tally: Tally) -> Option<SelfReport> {
        let pages = std::mem::take(&mut self.pages);
        self.close(pages);
        for Total { field, name, said, number } in std::mem::take(&mut self.totals) {
            let known = [tally.elements, tally.nested, tally.people].map(|count| count as f64);
            if number <= known[0] || number == known[1] || number == known[2] {
                continue;
            }
            let had = self.findings.len();
            self.find(Complaint::NotWhole, None, field, &name, &said);
            if let Some(finding) = self.findings.get_mut(had) {
                finding.contradicted = Some(tally.to_string());
            }
        }
        SelfReport::new(self.findings)
    }

    /// What an error or a link to a next page comes to.
    fn gist(&mut self, gist: Gist, name: &str, found: GistFound) {
        let Some((place, said)) = found else { return };
        let field = self.named(&format!("{}{place}", short(name)));
        let complaint = if gist == Gist::Error { Complaint::NotGood } else { Complaint::NotWhole };
        self.find(complaint, None, field, name, &said);
    }

    fn said(&mut self, meaning: Meaning, name: &str, said: Said, pages: &mut Pages) {
        let field = self.named(&short(name));
        let complaint = match meaning {
            Meaning::More if said.is_something() => Complaint::NotWhole,
            Meaning::Last if said == Said::Bool(false) => Complaint::NotWhole,
            Meaning::Success if said.denies() => Complaint::NotGood,
            Meaning::Status if said.is_failed_status() => Complaint::NotGood,
            Meaning::StatusCode if said.is_failure_code() => Complaint::NotGood,
            Meaning::Page | Meaning::PageNumber | Meaning::Pages | Meaning::Total => {
                let Some(number) = said.number() else { return };
                let only_beside = meaning == Meaning::PageNumber;
                let page = PageField { field, name: last_part(name), number, only_beside };
                match meaning {
                    Meaning::Total => self.total(page.field, name, said, number),
                    Meaning::Pages => pages.pages(page),
                    _ => pages.page(page),
                }
                return;
            }
            _ => return,
        };
        self.find(complaint, None, field, name, &said);
    }

    fn total(&mut self, field: String, name: &str, said: Said, number: f64) {
        if self.totals.len() < MAX_TOTALS {
            self.totals.push(Total { field, name: name.to_owned(), said, number });
        }
    }

    fn find(
        &mut self,
        complaint: Complaint,
        meaning: Option<String>,
        field: String,
        name: &str,
        said: &Said,
    ) {
        if self.has_room(complaint) {
            let fields = vec![(field, said.shown())];
            let ignorable = last_part(name);
            self.findings.push(Finding { complaint, meaning, fields, contradicted: None, ignorable });
        }
    }

    fn has_room(&self, complaint: Complaint) -> bool {
        self.findings.iter().filter(|finding| finding.complaint == complaint).count() < MAX_FINDINGS
    }

    /// A field of the object that is being looked through, as messages name it.
    fn named(&self, field: &str) -> String {
        let parts: Vec<&str> = self.path.iter().map(String::as_str).chain([field]).collect();
        format!("`{}`", parts.join("."))
    }
}

/// A name as messages show it.
fn short(name: &str) -> String {
    crate::text::truncate::plain(name, MAX_NAME)
}

/// The part of a name that means something: see [`meaning`].
fn last_part(name: &str) -> String {
    short(if meaning(name).is_some() { name.rsplit('.').next().unwrap_or(name) } else { name })
}

fn title_case(header: &str) -> String {
    let words = header.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + rest
    });
    words.collect::<Vec<_>>().join("-")
}
