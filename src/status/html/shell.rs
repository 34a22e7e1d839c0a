//! What every page has: its head and style, the moment until which it may be trusted, and the script that greys it then.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::output::time;
use crate::status::Basis;
use crate::text::sanitize::clean;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");

/// How a page begins.
pub(super) struct Shell<'a> {
    /// Its title, in the window and on the page.
    pub(super) title: &'a str,
    /// The installation.
    pub(super) site: &'a str,
    /// Whether the banner is red, yellow or green.
    pub(super) tone: &'a str,
    /// How often the page is written.
    pub(super) every: Duration,
}

impl Shell<'_> {
    /// The page: what the banner holds below the title, and what is below the banner.
    pub(super) fn page(&self, basis: &Basis, banner: Markup, main: Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) ", " (clean(self.site)) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    header.banner.(self.tone) {
                        h1 { (self.title) }
                        (self.trust(basis))
                        (banner)
                    }
                    main { (main) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        page.into_string()
    }

    /// When it was written, and when to stop trusting it: when the next one should have come, and the one after it.
    fn trust(&self, basis: &Basis) -> Markup {
        let twice = TimeDelta::from_std(self.every.saturating_mul(2)).unwrap_or(TimeDelta::days(365));
        let until = basis.now.checked_add_signed(twice).unwrap_or(DateTime::<Utc>::MAX_UTC);
        let (at, end) = (time::minute(basis.now, basis.timezone), time::minute(until, basis.timezone));
        let old = format!("OUT OF DATE: written at {at}, and not renewed since. Do not act on this page.");
        html! {
            p id="trust" role="status" data-until=(until.timestamp_millis()) data-old=(old) {
                "As of " (at) ", " bdi { (clean(self.site)) } ". Do not trust this page after " (end) "."
            }
        }
    }
}
