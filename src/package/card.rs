//! Cards: an installation's public keys on one line, and the peers file that holds those of others (contract §11.1).

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::age::Recipient;
use super::minisign::PublicKey;
use crate::text::hex::hex;
use crate::text::sanitize::clean;

/// Whose keys they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Owner {
    /// Head office.
    Head,
    /// The centre of this hall, by external id.
    Hall(i64),
}

impl Owner {
    /// The hall, of a centre.
    pub(crate) fn hall(self) -> Option<i64> {
        match self {
            Owner::Head => None,
            Owner::Hall(hall) => Some(hall),
        }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Owner::Head => f.write_str("head"),
            Owner::Hall(hall) => write!(f, "hall:{hall}"),
        }
    }
}

impl FromStr for Owner {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hall = text.strip_prefix("hall:").and_then(|hall| hall.parse().ok()).filter(|hall| *hall > 0);
        match (text, hall) {
            ("head", _) => Ok(Owner::Head),
            (_, Some(hall)) if Owner::Hall(hall).to_string() == text => Ok(Owner::Hall(hall)),
            _ => Err("it begins with neither head nor hall:ID".to_owned()),
        }
    }
}

/// The public keys of one installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Whose they are.
    pub owner: Owner,
    /// What packages for it are encrypted to.
    pub(crate) recipient: Recipient,
    /// What its packages are signed with.
    pub(crate) signer: PublicKey,
    /// Its name, perhaps empty.
    pub name: String,
}

impl Card {
    /// The id of its keys in packages.
    pub(crate) fn key_id(&self) -> String {
        self.signer.id()
    }

    /// `3f9c-2a71`: of both keys, for reading aloud.
    pub(crate) fn fingerprint(&self) -> String {
        let digits = hex(&Sha256::digest(self.keys())[..4]);
        format!("{}-{}", &digits[..4], &digits[4..])
    }

    fn keys(&self) -> String {
        format!("{} {}", self.recipient.text(), self.signer.text())
    }
}

/// As a peers file has it.
impl fmt::Display for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let space = if self.name.is_empty() { "" } else { " " };
        write!(f, "{} {} # {}{space}{}", self.owner, self.keys(), self.name, self.fingerprint())
    }
}

impl FromStr for Card {
    type Err = String;

    fn from_str(line: &str) -> Result<Self, String> {
        let (keys, comment) = line.split_once('#').unwrap_or((line, ""));
        let mut words = keys.split_whitespace();
        let owner = words.next().unwrap_or_default().parse()?;
        let recipient = words.next().and_then(Recipient::parse);
        let signer = words.next().and_then(PublicKey::parse);
        let (Some(recipient), Some(signer), None) = (recipient, signer, words.next()) else {
            return Err(
                "it is not a card: it has to be OWNER age1… RW…, as `examsync keys --show` prints it".into(),
            );
        };
        let (name, said) = split_fingerprint(comment.trim());
        let card = Self { owner, recipient, signer, name: clean(name).into_owned() };
        let own = card.fingerprint();
        match said {
            Some(said) if said != own => {
                Err(format!("it was mistyped: its keys come to {own}, and it says {said}; copy it once more"))
            }
            _ => Ok(card),
        }
    }
}

/// The comment of a card as the name and the digits behind it.
fn split_fingerprint(comment: &str) -> (&str, Option<&str>) {
    let (name, last) = comment.rsplit_once(' ').unwrap_or(("", comment));
    let is_digits = |part: &str| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match last.split_once('-') {
        Some((one, two)) if is_digits(one) && is_digits(two) => (name.trim(), Some(last)),
        _ => (comment, None),
    }
}

/// The cards of a peers file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Peers(Vec<Card>);

impl Peers {
    /// Reads a peers file: a card a line, empty lines and comments.
    ///
    /// # Errors
    /// What is wrong with the first wrong line, with its number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines = text.lines().map(str::trim).zip(1..);
        let cards = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let read = cards.map(|(line, number)| line.parse().map_err(|why| format!("line {number}: {why}")));
        read.collect::<Result<_, String>>().map(Self)
    }

    /// The cards of one owner: two while a key is being replaced.
    pub(crate) fn of(&self, owner: Owner) -> impl Iterator<Item = &Card> {
        self.0.iter().filter(move |card| card.owner == owner)
    }

    /// The halls that have a card, in order, each once.
    pub(crate) fn halls(&self) -> Vec<i64> {
        let mut halls: Vec<i64> = self.0.iter().filter_map(|card| card.owner.hall()).collect();
        halls.sort_unstable();
        halls.dedup();
        halls
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::key_file::KeyFile;

    fn card() -> Card {
        KeyFile::new(Owner::Hall(4), "Bakı 7 nömrəli məktəb").unwrap().card()
    }

    #[test]
    fn a_card_is_read_as_it_was_written() {
        let card = card();
        let line = card.to_string();
        assert!(line.starts_with("hall:4 age1") && line.contains(" RW"), "{line}");
        assert!(line.ends_with(&format!("# Bakı 7 nömrəli məktəb {}", card.fingerprint())), "{line}");
        assert_eq!(line.parse(), Ok(card.clone()));
        let unnamed = Card { owner: Owner::Head, name: String::new(), ..card };
        assert_eq!(unnamed.to_string().parse(), Ok(unnamed.clone()));
        let bare = unnamed.to_string();
        assert_eq!(bare.split(" #").next().unwrap().parse(), Ok(unnamed));
    }

    #[test]
    fn a_mistyped_card_is_refused_with_what_is_wrong() {
        let line = card().to_string();
        let at = line.find(" RW").unwrap() + 25;
        let other = if &line[at..=at] == "A" { "B" } else { "A" };
        let mistyped = format!("{}{other}{}", &line[..at], &line[at + 1..]);
        assert!(mistyped.parse::<Card>().unwrap_err().contains("mistyped"));
        for wrong in ["", "hall:0 a b", "hall:04 a b", "centre:4", "hall:4", &line.replace(" RW", " ")] {
            assert!(wrong.parse::<Card>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_peers_file_has_cards_comments_and_empty_lines() {
        let (one, two) = (card(), card());
        let text = format!("# our centres\n\n{one}\n  {two}  \n");
        let peers = Peers::parse(&text).unwrap();
        assert_eq!(peers.of(Owner::Hall(4)).collect::<Vec<_>>(), [&one, &two]);
        assert_eq!((peers.of(Owner::Head).count(), peers.halls()), (0, vec![4]));
        assert!(Peers::parse(&format!("{one}\nx\n")).unwrap_err().starts_with("line 2: "));
    }
}
