//! Which page of how many an answer says it is.

use crate::feed::{Complaint, Finding};

/// A field that counts pages.
#[derive(Debug, Clone)]
pub(super) struct PageField {
    /// As messages name it.
    pub(super) field: String,
    /// Its last part, as `SYNC_IGNORE_FIELDS` takes it.
    pub(super) name: String,
    /// Its value.
    pub(super) number: f64,
    /// Whether it counts pages only together with the other one.
    pub(super) only_beside: bool,
}

/// The number of this page and the number of pages, as far as one object and those in it say them.
#[derive(Debug, Default)]
pub(super) struct Pages {
    page: Option<PageField>,
    pages: Option<PageField>,
    inner: (Option<PageField>, Option<PageField>),
}

impl Pages {
    /// Which page this is; a name that says so anywhere goes before one that says so only together with the other.
    pub(super) fn page(&mut self, field: PageField) {
        if self.page.as_ref().is_none_or(|known| known.only_beside && !field.only_beside) {
            self.page = Some(field);
        }
    }

    /// How many pages there are; the largest counts.
    pub(super) fn pages(&mut self, field: PageField) {
        if self.pages.as_ref().is_none_or(|known| known.number < field.number) {
            self.pages = Some(field);
        }
    }

    /// What an object inside left without its other half.
    pub(super) fn inner(&mut self, Pages { page, pages, .. }: Pages) {
        self.inner.0 = self.inner.0.take().or(page);
        self.inner.1 = self.inner.1.take().or(pages);
    }

    /// What both halves come to, once the object is at its end, and what is left without the other half.
    pub(super) fn close(self) -> (Option<Finding>, Pages) {
        let Pages { page, pages, inner } = self;
        let half = page.is_none() || pages.is_none();
        let beside = |page: &PageField| !(page.only_beside && pages.is_none());
        let page = page.filter(beside).or(inner.0.filter(|_| half));
        match (page, pages.or(inner.1.filter(|_| half))) {
            (Some(page), Some(pages)) => (finding(page, pages), Pages::default()),
            (page, pages) => (None, Pages { page, pages, inner: (None, None) }),
        }
    }
}

/// Counted from zero, page 0 of 1 is all there is.
fn finding(page: PageField, pages: PageField) -> Option<Finding> {
    let whole = page.number >= pages.number || (page.number == 0.0 && pages.number <= 1.0);
    (!whole).then(|| Finding {
        complaint: Complaint::NotWhole,
        meaning: Some(format!("this is page {} of {}", page.number, pages.number)),
        fields: vec![(page.field, page.number.to_string()), (pages.field, pages.number.to_string())],
        contradicted: None,
        ignorable: page.name,
    })
}
