//! The members inside a package: their names, their order, and what `end.json` says of them (contract §11.3).

use std::fmt;

use serde::{Deserialize, Serialize};

/// A member that is JSON is never larger.
pub(crate) const MAX_JSON_BYTES: u64 = 4 * 1024 * 1024;
/// Of how many members a package is at most.
pub(super) const MAX_MEMBERS: usize = 20_000;
const MAX_NUMBER: u32 = 999_999;

/// A member, in the order of the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Member {
    /// All of `package.json`, the time zone and the columns.
    Manifest,
    /// The hall.
    Halls,
    /// Its rooms.
    Rooms,
    /// Some participants of one date.
    Participants(u32),
    /// Some decisions on attendance.
    Attendance(u32),
    /// Some violations.
    Violations(u32),
    /// What is no longer there.
    Gone,
    /// The names of the attached files.
    Files,
    /// One attached file, by its SHA-256.
    File(String),
    /// What all of them come to.
    End,
}

impl Member {
    /// The member of this name.
    pub(super) fn parse(name: &str) -> Option<Self> {
        let numbered = |folder: &str| -> Option<u32> {
            let number = name.strip_prefix(folder)?.strip_suffix(".json")?;
            number.parse().ok().filter(|number| (1..=MAX_NUMBER).contains(number))
        };
        let member = match name {
            "manifest.json" => Some(Member::Manifest),
            "halls.json" => Some(Member::Halls),
            "rooms.json" => Some(Member::Rooms),
            "gone.json" => Some(Member::Gone),
            "files.json" => Some(Member::Files),
            "end.json" => Some(Member::End),
            _ => numbered("participants/")
                .map(Member::Participants)
                .or_else(|| numbered("attendance/").map(Member::Attendance))
                .or_else(|| numbered("violations/").map(Member::Violations))
                .or_else(|| {
                    let sum = name.strip_prefix("files/")?;
                    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
                    (sum.len() == 64 && sum.bytes().all(digit)).then(|| Member::File(sum.to_owned()))
                }),
        };
        // Only the very name that is written: one member must not have two.
        member.filter(|member| member.to_string() == name)
    }

    /// Whether it may directly follow `before`: numbers have no gap.
    pub(super) fn may_follow(&self, before: Option<&Member>) -> bool {
        let Some(before) = before else { return *self == Member::Manifest };
        let numbered = match (before, self) {
            (Member::Participants(before), Member::Participants(number))
            | (Member::Attendance(before), Member::Attendance(number))
            | (Member::Violations(before), Member::Violations(number)) => *number == before + 1,
            (_, Member::Participants(number) | Member::Attendance(number) | Member::Violations(number)) => {
                *number == 1
            }
            _ => true,
        };
        numbered && before < self
    }
}

impl fmt::Display for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Member::Manifest => f.write_str("manifest.json"),
            Member::Halls => f.write_str("halls.json"),
            Member::Rooms => f.write_str("rooms.json"),
            Member::Participants(number) => write!(f, "participants/{number:06}.json"),
            Member::Attendance(number) => write!(f, "attendance/{number:06}.json"),
            Member::Violations(number) => write!(f, "violations/{number:06}.json"),
            Member::Gone => f.write_str("gone.json"),
            Member::Files => f.write_str("files.json"),
            Member::File(sum) => write!(f, "files/{sum}"),
            Member::End => f.write_str("end.json"),
        }
    }
}

/// What `end.json` says of one member.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberSum {
    /// Its name.
    pub name: String,
    /// Its records.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

/// `end.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct End {
    /// Every member before it, in order.
    pub(super) members: Vec<MemberSum>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_has_one_name() {
        let sum = "0".repeat(64);
        let names = [
            "manifest.json",
            "halls.json",
            "rooms.json",
            "participants/000001.json",
            "attendance/000012.json",
            "violations/000001.json",
            "gone.json",
            "files.json",
            &format!("files/{sum}"),
            "end.json",
        ];
        let members: Vec<Member> = names.iter().map(|name| Member::parse(name).unwrap()).collect();
        assert!(members.is_sorted());
        for name in [
            "",
            "participants/1.json",
            "participants/000000.json",
            "participants/1000000.json",
            "participants/+00001.json",
            "participants/000001.json/",
            "../manifest.json",
            "/manifest.json",
            "files/../x",
            &format!("files/{}", "A".repeat(64)),
        ] {
            assert_eq!(Member::parse(name), None, "{name}");
        }
    }

    #[test]
    fn members_stand_in_order_each_once_and_without_a_gap() {
        use Member::{Attendance, Gone, Halls, Manifest, Participants};
        assert!(Manifest.may_follow(None) && !Halls.may_follow(None));
        assert!(Participants(1).may_follow(Some(&Halls)) && !Participants(2).may_follow(Some(&Halls)));
        assert!(Participants(2).may_follow(Some(&Participants(1))));
        assert!(!Participants(3).may_follow(Some(&Participants(1))));
        assert!(!Participants(1).may_follow(Some(&Participants(1))));
        assert!(Attendance(1).may_follow(Some(&Participants(9))) && !Halls.may_follow(Some(&Gone)));
    }
}
