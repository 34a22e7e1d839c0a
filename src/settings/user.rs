//! Who runs the program, by name, and the group that may read its files.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt as _;
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
        format!("is {}, which is not a group of this machine; write its name or number", shown(value))
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

/// Another user of this machine, and the groups that the user is in.
pub(crate) struct User {
    id: u32,
    groups: Vec<u32>,
}

impl User {
    /// The user of this name in `passwd` and `group` in `etc`; `None` where there is none.
    pub(crate) fn named(name: &str, etc: &Path) -> Option<Self> {
        let passwd = std::fs::read(etc.join("passwd")).ok()?;
        let (id, group) = String::from_utf8_lossy(&passwd).lines().find_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [own, _, id, group, ..] = fields[..] else { return None };
            (own == name).then(|| Some((id.parse().ok()?, group.parse().ok()?)))?
        })?;
        let listed = std::fs::read(etc.join("group")).unwrap_or_default();
        let listed = String::from_utf8_lossy(&listed);
        let further = listed.lines().filter_map(|line| {
            let fields: Vec<&str> = line.split(':').collect();
            let [_, _, group, members, ..] = fields[..] else { return None };
            members.split(',').any(|member| member == name).then(|| group.parse().ok())?
        });
        Some(Self { id, groups: further.chain([group]).collect() })
    }

    /// Whether the file's mode lets the user read it.
    pub(crate) fn may_read(&self, file: &Metadata) -> bool {
        let mode = file.mode();
        match (self.id, self.id == file.uid(), self.groups.contains(&file.gid())) {
            (0, ..) => true,
            (_, true, _) => mode & 0o400 != 0,
            (_, _, true) => mode & 0o040 != 0,
            _ => mode & 0o004 != 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn another_user_may_read_what_the_mode_says() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("group");
        let own = folder.path().metadata().unwrap();
        let passwd = format!("me:x:{}:9999::/:/bin/sh\nmember:x:4711:9998::/:/bin/sh\n", own.uid());
        std::fs::write(folder.path().join("passwd"), passwd).unwrap();
        std::fs::write(&file, format!("g:x:{}:other,member\n", own.gid())).unwrap();
        let may = |name: &str, mode: u32| {
            std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
            User::named(name, folder.path()).map(|user| user.may_read(&file.metadata().unwrap()))
        };
        assert_eq!(may("nobody here", 0o644), None);
        assert_eq!((may("me", 0o600), may("me", 0o640)), (Some(true), Some(true)));
        assert_eq!((may("member", 0o644), may("member", 0o600)), (Some(true), Some(false)));
    }

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
