//! How far a name is from the one that was probably meant.

/// How many letters must be put in, taken out or exchanged to make one name the other (Levenshtein).
pub(crate) fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = index + 1;
        for (column, other) in to.iter().enumerate() {
            let exchanged = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = exchanged.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted() {
        for (from, to, letters) in [
            ("", "", 0),
            ("ab", "", 2),
            ("ab", "ab", 0),
            ("ab", "ba", 2),
            ("abc", "ac", 1),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!((distance(from, to), distance(to, from)), (letters, letters), "{from} {to}");
        }
    }
}
