//! Who runs the program, by name.

use std::path::Path;

/// The name of the user with this id in a file of the form of `/etc/passwd`; `None` where it has none there.
pub(super) fn name_of(user_id: u32, passwd: &Path) -> Option<String> {
    let text = std::fs::read(passwd).ok()?;
    String::from_utf8_lossy(&text).lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, id) = (fields.next()?, fields.nth(1)?);
        (id.parse() == Ok(user_id) && !name.is_empty()).then(|| name.to_owned())
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
}
