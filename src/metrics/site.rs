//! The label `site` of all samples, which separates the metrics of several installations on one machine (contract §3,
//! `SYNC_SITE`).

/// The text with the label on every sample, last.
pub(crate) fn labelled(text: &str, site: &str) -> String {
    let site = site.replace('\\', r"\\").replace('"', "\\\"").replace('\n', r"\n");
    mapped(text, |sample| {
        let (series, value) = sample.rsplit_once(' ')?;
        Some(match series.strip_suffix('}') {
            Some(labels) => format!("{labels},site=\"{site}\"}} {value}"),
            None => format!("{series}{{site=\"{site}\"}} {value}"),
        })
    })
}

/// The text without that label, whatever its value is.
pub(crate) fn unlabelled(text: &str) -> String {
    mapped(text, |sample| {
        let (series, value) = sample.rsplit_once("\"} ")?;
        // The other labels hold nothing from outside.
        let (before, _) = series.split_once("site=\"")?;
        Some(match before.strip_suffix(',') {
            Some(labels) => format!("{labels}}} {value}"),
            None => format!("{} {value}", before.strip_suffix('{')?),
        })
    })
}

/// The text with each sample changed for which there is something else.
fn mapped(text: &str, change: impl Fn(&str) -> Option<String>) -> String {
    let line = |line: &str| {
        let changed = if line.starts_with('#') { None } else { change(line) };
        changed.unwrap_or_else(|| line.to_owned()) + "\n"
    };
    text.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str =
        "# HELP a Why. {x=\"y\"} 1\n# TYPE a gauge\na 1\n# TYPE b gauge\nb{x=\"y\",z=\"v\"} 2.5\n# EOF\n";

    #[test]
    fn every_sample_is_labelled_and_nothing_else() {
        assert_eq!(
            labelled(PLAIN, "Bakı 1"),
            "# HELP a Why. {x=\"y\"} 1\n# TYPE a gauge\na{site=\"Bakı 1\"} 1\n# TYPE b gauge\n\
             b{x=\"y\",z=\"v\",site=\"Bakı 1\"} 2.5\n# EOF\n"
        );
    }

    #[test]
    fn the_label_comes_off_again_whatever_it_says() {
        for site in ["Bakı", "a\"b\\", "a\\", "} 7", "\"} 7", ",site=\"x\"} 7", "two words"] {
            assert_eq!(unlabelled(&labelled(PLAIN, site)), PLAIN, "{site}");
        }
        assert_eq!(unlabelled(PLAIN), PLAIN);
        assert_eq!(unlabelled(""), "");
    }
}
