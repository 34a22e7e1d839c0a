//! The accounts of a Bakaláři: one of the URL or of settings, or a file with one a line (contract §13.1).

use secrecy::SecretString;

/// An account. Its Debug shows no password.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    /// Its name.
    pub(crate) user: String,
    /// Its password.
    pub(crate) password: SecretString,
}

/// Reads `user:password` a line; a password may hold a colon. The error is the rest of a sentence that begins with the
/// file's name, and repeats nothing that stands in it.
pub(super) fn parse(text: &str) -> Result<Vec<Login>, String> {
    let mut logins: Vec<Login> = Vec::new();
    let mut lines = Vec::new();
    // As an editor of Windows begins a file.
    let text = text.trim_start_matches('\u{feff}');
    for (place, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let number = place + 1;
        let Some((user, password)) =
            line.split_once(':').filter(|(user, password)| !user.trim().is_empty() && !password.is_empty())
        else {
            return Err(format!("is not written as user:password in line {number}"));
        };
        let user = user.trim();
        if let Some(earlier) = logins.iter().position(|login| login.user == user) {
            return Err(format!("has one account in line {} and in line {number}", lines[earlier]));
        }
        lines.push(number);
        logins.push(Login { user: user.to_owned(), password: SecretString::from(password) });
    }
    match logins.is_empty() {
        true => Err("holds no account; write user:password, one a line".to_owned()),
        false => Ok(logins),
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn accounts_stand_one_a_line() {
        let logins = parse("\u{feff}novak:p:a ss\r\n\n kral:x\n").unwrap();
        let read: Vec<(&str, &str)> =
            logins.iter().map(|login| (login.user.as_str(), login.password.expose_secret())).collect();
        assert_eq!(read, [("novak", "p:a ss"), ("kral", "x")]);
    }

    #[test]
    fn what_is_wrong_is_named_by_its_line() {
        for (text, expected) in [
            ("", "holds no account; write user:password, one a line"),
            ("a:b\ncanary", "is not written as user:password in line 2"),
            ("canary:", "is not written as user:password in line 1"),
            ("canary:1\n\ncanary:2", "has one account in line 1 and in line 3"),
        ] {
            assert_eq!(parse(text).unwrap_err(), expected);
        }
    }
}
