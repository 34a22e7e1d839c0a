//! Mail addresses with or without a display name; errors as in [`super::parse`].

use lettre::message::Mailbox;

use super::parse::shown;

/// An address, alone or as `Exams <exams@example.com>`.
pub(super) fn mailbox(value: &str) -> Result<Mailbox, String> {
    let value = value.trim();
    parsed(value)
        .ok_or_else(|| format!("is {}; write a mail address such as exams@example.com", shown(value)))
}

/// Addresses with commas between; a comma in a quoted display name is part of it.
pub(super) fn mailboxes(value: &str) -> Result<Vec<Mailbox>, String> {
    let (mut quoted, mut escaped) = (false, false);
    let between = |letter: char| {
        let plain = !escaped;
        escaped = quoted && plain && letter == '\\';
        quoted ^= plain && letter == '"';
        letter == ',' && !quoted
    };
    value.split(between).map(mailbox).collect()
}

fn parsed(value: &str) -> Option<Mailbox> {
    let Some((name, address)) = value.strip_suffix('>').and_then(|value| value.rsplit_once('<')) else {
        return Some(Mailbox::new(None, value.parse().ok()?));
    };
    let name = name.trim();
    let name = match name.strip_prefix('"') {
        Some(quoted) => unquoted(quoted.strip_suffix('"')?)?,
        None if name.contains(['"', '<', '>']) => return None,
        None => name.to_owned(),
    };
    if name.chars().any(char::is_control) {
        return None;
    }
    Some(Mailbox::new(Some(name).filter(|name| !name.is_empty()), address.trim().parse().ok()?))
}

/// A quoted text without the backslashes that protect quotes and backslashes in it.
fn unquoted(text: &str) -> Option<String> {
    let mut letters = text.chars();
    let mut plain = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => plain.push(letters.next()?),
            '"' => return None,
            letter => plain.push(letter),
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both(value: &str) -> Vec<(String, String)> {
        let all = mailboxes(value).unwrap().into_iter();
        all.map(|one| (one.name.unwrap_or_default(), one.email.to_string())).collect()
    }

    #[test]
    fn an_address_may_have_a_display_name() {
        for (value, name) in [
            ("exams@example.com", ""),
            (" exams@example.com ", ""),
            ("<exams@example.com>", ""),
            ("Exams <exams@example.com>", "Exams"),
            ("Exam office<exams@example.com>", "Exam office"),
            ("Exams (Bakı) 2. floor <exams@example.com>", "Exams (Bakı) 2. floor"),
            ("\"Exams, Bakı\" <exams@example.com>", "Exams, Bakı"),
            (r#""The \"office\" \\" <exams@example.com>"#, r#"The "office" \"#),
            ("İmtahan mərkəzi № 1 <exams@example.com>", "İmtahan mərkəzi № 1"),
            ("O'Hara: exams <exams@example.com>", "O'Hara: exams"),
        ] {
            assert_eq!(both(value), [(name.to_owned(), "exams@example.com".to_owned())], "{value}");
        }
    }

    #[test]
    fn several_are_told_apart_by_commas_outside_of_quotes() {
        assert_eq!(
            both(r#"a@example.com,"B, \"b\", b" <b@example.com> , C <c@example.com>"#),
            [("", "a"), ("B, \"b\", b", "b"), ("C", "c")]
                .map(|(name, user)| (name.to_owned(), format!("{user}@example.com")))
        );
    }

    #[test]
    fn anything_else_is_refused() {
        for value in [
            "",
            "exams",
            "exams@",
            "@example.com",
            "Exams exams@example.com",
            "Exams <exams>",
            "Exams <a@b.c",
            "Exams a@b.c>",
            "\"Exams <a@b.c>",
            "Exams\" <a@b.c>",
            "A <a@b.c> <d@e.f>",
            "A <a@b.c> x",
            "A\u{7} <a@b.c>",
            "A\nB <a@b.c>",
            "a@b.c,",
            ",a@b.c",
            "a@b.c;d@e.f",
        ] {
            assert!(mailboxes(value).is_err(), "{value}");
        }
    }
}
