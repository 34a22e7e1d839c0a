//! Cuts a text for a channel that limits its bytes: its end, which says where to read on, is kept.

/// The lines at the end that stay: where and when, and what to run.
const FOOTER: usize = 2;
/// What replaces lines that were cut off.
const CUT: &str = "… cut here, because this channel limits a text's length";

/// The lines of `text` that are not empty, as many as `limit` bytes take. `cost` is what a line takes; a line that
/// would not fit alone is cut, too.
pub(super) fn lines(text: &str, limit: usize, cost: impl Fn(&str) -> usize) -> Vec<String> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let all: usize = lines.iter().map(|line| cost(line)).sum();
    if all <= limit {
        return lines.into_iter().map(str::to_owned).collect();
    }
    let (body, footer) = lines.split_at(lines.len().saturating_sub(FOOTER));
    let rest: usize = footer.iter().map(|line| cost(line)).sum::<usize>() + cost(CUT);
    let mut left = limit.saturating_sub(rest);
    let mut kept = Vec::new();
    for line in body {
        if cost(line) > left {
            kept.extend(beginning(line, left, &cost));
            break;
        }
        left -= cost(line);
        kept.push((*line).to_owned());
    }
    kept.push(CUT.to_owned());
    kept.extend(footer.iter().map(|line| (*line).to_owned()));
    kept
}

/// The beginning of a line that fits; none where there is hardly room for any.
fn beginning(line: &str, limit: usize, cost: &impl Fn(&str) -> usize) -> Option<String> {
    const LEAST: usize = 40;
    let ends: Vec<usize> = line.char_indices().map(|(at, _)| at).collect();
    let fitting = ends.partition_point(|end| cost(&line[..*end]) <= limit);
    let end = *ends.get(fitting.checked_sub(1)?)?;
    (end >= LEAST).then(|| line[..end].to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_fits_stays_whole() {
        assert_eq!(lines("a\n\nb\nat noon\nmore\n", 100, str::len), ["a", "b", "at noon", "more"]);
    }

    #[test]
    fn the_end_of_a_longer_text_stays() {
        let text = format!("{}at noon\nmore\n", "a line of some text\n".repeat(50));
        let kept = lines(&text, 300, |line| line.len() + 1);
        assert_eq!(kept[kept.len() - 3..], [CUT, "at noon", "more"]);
        assert_eq!(kept.iter().map(|line| line.len() + 1).sum::<usize>().div_ceil(20) * 20, 300);
    }

    #[test]
    fn a_long_line_is_cut_between_characters() {
        let text = format!("{}\nat noon\nmore\n", "ə".repeat(1_000));
        let kept = lines(&text, 300, str::len);
        assert!(kept[0].chars().all(|c| c == 'ə') && kept[0].len() > 200, "{kept:?}");
        assert!(kept.iter().map(String::len).sum::<usize>() <= 300);
    }
}
