//! The line that runs the program again: advice names a command as it works on this machine.

use std::fmt;

/// The beginning of a command line, such as `sudo -u examsync examsync --env-file /etc/examsync/env`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ProgramLine(String);

impl Default for ProgramLine {
    fn default() -> Self {
        Self("examsync".to_owned())
    }
}

impl ProgramLine {
    /// The program, run by the user whom `sudo -u` has to name; by the reader where that is `None`.
    pub(crate) fn run_by(user: Option<&str>) -> Self {
        match user {
            Some(user) => Self(format!("sudo -u {} examsync", word(user))),
            None => Self::default(),
        }
    }

    /// This line with more words at its end, each quoted for a shell where it must be.
    #[must_use]
    pub(crate) fn and<W: AsRef<str>>(&self, words: impl IntoIterator<Item = W>) -> Self {
        words.into_iter().fold(self.clone(), |line, next| Self(format!("{line} {}", word(next.as_ref()))))
    }

    /// Whether this word is one of the line.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.0.split(' ').any(|own| own == word)
    }
}

impl fmt::Display for ProgramLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One word of a shell's line.
fn word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=@%+,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_can_be_copied_into_a_shell() {
        let line = ProgramLine::run_by(Some("examsync")).and(["--env-file", "/etc/examsync/env"]);
        assert_eq!(
            line.and(["halls", "--approve", "1b6920cda110"]).to_string(),
            "sudo -u examsync examsync --env-file /etc/examsync/env halls --approve 1b6920cda110"
        );
        assert_eq!(ProgramLine::run_by(Some("#999")).to_string(), "sudo -u '#999' examsync");
        let odd = ProgramLine::default().and(["--env-file", "/srv/it's here/env", ""]);
        assert_eq!(odd.to_string(), r"examsync --env-file '/srv/it'\''s here/env' ''");
    }
}
