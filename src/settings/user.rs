//! Who runs the program, by name, and the group that may read its files.

use std::path::Path;

use super::parse::shown;

/// The name of the user with this id in a file of the form of `/etc/passwd`; `None` where it has none there.
pub(super) fn name_of(user_id: u32, passwd: &Path) -> Option<String> {
    let text = std::fs::read(passwd).ok()?;
    String::from_utf8_lossy(&text).lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id.parse() == Ok(user_id) && !name.is_empty()).then(|| name.to_owned())
    })
}

/// The id of a group that is written as one, or by the name that the machine knows it by.
pub(super) fn group(value: &str) -> Result<u32, String> {
    let id = value.parse().ok().or_else(|| group_of(value, Path::new("/etc/group")));
    id.ok_or_else(|| {
        format!("is {}, which is no group of this machine; write its name or number", shown(value))
    })
}

/// The id of the group of this name in a file of the form of `/etc/group`.
fn group_of(name: &str, groups: &Path) -> Option<u32> {
    let text = std::fs::read(groups).ok()?;
    String::from_utf8_lossy(&text).lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then(|| fields.nth(1)?.parse().ok())?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_its_id() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passwd");
        std::fs::write(&path, "root:x:0:0:root:/root:/bin/sh\n\nbroken\nexamsync:x:999:999::/:/bin/false\n")
            .unwrap();
        assert_eq!(name_of(999, &path).as_deref(), Some("examsync"));
        assert_eq!(name_of(0, &path).as_deref(), Some("root"));
        assert_eq!(name_of(99, &path), None);
        assert_eq!(name_of(0, &folder.path().join("absent")), None);
    }

    #[test]
    fn a_group_is_found_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("group");
        std::fs::write(&path, "root:x:0:\nbroken\nsupervision:x:42:examsync,web\n").unwrap();
        assert_eq!(group_of("supervision", &path), Some(42));
        assert_eq!(group_of("web", &path), None);
        assert_eq!(group("4711"), Ok(4711));
        assert_eq!(group("root"), Ok(0));
    }
}
