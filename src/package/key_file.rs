//! An installation's key file: an age identity, and minisign's secret key in a comment (contract §11.1).

use secrecy::{ExposeSecret as _, SecretString};

use super::age::Identity;
use super::card::{Card, Owner};
use super::minisign::SecretKey;
use crate::exit::Failure;

const OWNER: &str = "# owner: ";
const NAME: &str = "# name: ";
const UNTRUSTED: &str = "# untrusted comment: ";

/// The keys of this installation.
#[derive(Clone)]
pub struct KeyFile {
    owner: Owner,
    name: String,
    pub(super) identity: Identity,
    pub(super) signer: SecretKey,
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Its public side alone.
        f.debug_tuple("KeyFile").field(&self.card()).finish()
    }
}

impl KeyFile {
    /// New keys.
    ///
    /// # Errors
    /// [`FailureKind::Internal`](crate::exit::FailureKind::Internal) when the system gives no random numbers.
    pub fn new(owner: Owner, name: &str) -> Result<Self, Failure> {
        Ok(Self { owner, name: name.to_owned(), identity: Identity::new()?, signer: SecretKey::new()? })
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// What it lacks; nothing of its content is repeated.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value = |prefix: &str| text.lines().find_map(|line| line.strip_prefix(prefix));
        let owner = value(OWNER).and_then(|owner| owner.trim().parse().ok());
        let mut after_comment = text.lines().skip_while(|line| !line.starts_with(UNTRUSTED)).skip(1);
        let signer = after_comment.next().and_then(|line| SecretKey::parse(line.strip_prefix("# ")?));
        let mut bare = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        let identity = bare.next().and_then(Identity::parse);
        let (Some(owner), Some(signer), Some(identity), None) = (owner, signer, identity, bare.next()) else {
            return Err("is not a key file; make one with `examsync keys --new FILE`".to_owned());
        };
        Ok(Self { owner, name: value(NAME).unwrap_or_default().trim().to_owned(), identity, signer })
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> SecretString {
        let (signer, identity) = (self.signer.text(), self.identity.text());
        format!(
            "# examsync key file: keep it secret, and a copy of it in a safe place\n{OWNER}{}\n{NAME}{}\n\
             # card: {}\n{UNTRUSTED}examsync secret key\n# {}\n{}\n",
            self.owner,
            self.name,
            self.card(),
            signer.expose_secret(),
            identity.expose_secret(),
        )
        .into()
    }

    /// Whose keys they are.
    pub(crate) fn owner(&self) -> Owner {
        self.owner
    }

    /// The public keys.
    pub fn card(&self) -> Card {
        Card {
            owner: self.owner,
            recipient: self.identity.recipient(),
            signer: self.signer.public(),
            name: self.name.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_as_it_was_written() {
        for (owner, name) in [(Owner::Head, ""), (Owner::Hall(4), "Bakı 7 nömrəli məktəb")] {
            let keys = KeyFile::new(owner, name).unwrap();
            let text = keys.text();
            let read = KeyFile::parse(text.expose_secret()).unwrap();
            assert_eq!((read.owner(), read.card()), (owner, keys.card()));
            assert!(!format!("{read:?}").contains("SECRET"));
        }
    }

    #[test]
    fn a_file_that_lacks_a_key_is_none() {
        let text = KeyFile::new(Owner::Head, "").unwrap().text();
        for (nth, line) in
            text.expose_secret().lines().enumerate().filter(|(nth, _)| ![0, 2, 3].contains(nth))
        {
            assert!(KeyFile::parse(&text.expose_secret().replace(line, "")).is_err(), "{nth}");
        }
        assert!(KeyFile::parse("").is_err());
    }
}
