//! Which strings are hashes of passwords (contract §13.6): only what has the whole form of a known scheme. Everything else
//! may be a password, and is never kept or shown.

use crate::model::entity::Credential;

/// The alphabet of crypt(3) and bcrypt.
fn is_crypt(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'/'))
}

/// Base64 without padding.
fn is_base64(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'))
}

fn is_number(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_crypt_of(text: &str, length: usize) -> bool {
    text.len() == length && is_crypt(text)
}

fn is_salt(text: &str, most: usize) -> bool {
    (1..=most).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'$')
}

/// What a field that may hold a hash says; `None` when it is empty.
pub(crate) fn credential(text: &str) -> Option<Credential> {
    match scheme(text) {
        _ if text.is_empty() => None,
        Some(scheme) => Some(Credential::Hash { scheme, hash: text.to_owned() }),
        None => Some(Credential::Refused),
    }
}

/// Whether a text has the form of one scheme.
type Check = fn(&str) -> bool;

/// The scheme of a hash; `None` when the text is none.
fn scheme(text: &str) -> Option<&'static str> {
    let schemes: [(&str, Check); 9] = [
        ("bcrypt", is_bcrypt),
        ("argon2", is_argon2),
        ("django_pbkdf2", is_django_pbkdf2),
        ("django_bcrypt_sha256", |text| text.strip_prefix("bcrypt_sha256$").is_some_and(is_bcrypt)),
        ("django_argon2", |text| text.strip_prefix("argon2").is_some_and(is_argon2)),
        ("django_scrypt", is_django_scrypt),
        ("phpass", is_phpass),
        ("wordpress_bcrypt", |text| text.strip_prefix("$wp").is_some_and(is_bcrypt)),
        ("crypt", is_unix_crypt),
    ];
    schemes.into_iter().find(|(_, is_one)| is_one(text)).map(|(name, _)| name)
}

/// `$2y$10$`, 22 characters of salt and 31 of hash.
fn is_bcrypt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let ["", "2a" | "2b" | "2x" | "2y", cost, rest] = parts[..] else { return false };
    cost.len() == 2
        && cost.parse().is_ok_and(|cost: u8| (4..=31).contains(&cost))
        && is_number(cost)
        && is_crypt_of(rest, 53)
}

/// `$argon2id$v=19$m=65536,t=3,p=4$salt$hash` (PHC string format).
fn is_argon2(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let ["", "argon2id" | "argon2i" | "argon2d", version, costs, salt, hash] = parts[..] else {
        return false;
    };
    let costs: Vec<(&str, &str)> = costs.split(',').filter_map(|cost| cost.split_once('=')).collect();
    version.strip_prefix("v=").is_some_and(is_number)
        && matches!(costs[..], [("m", m), ("t", t), ("p", p)] if [m, t, p].into_iter().all(is_number))
        && (11..=64).contains(&salt.len())
        && is_base64(salt)
        && (16..=128).contains(&hash.len())
        && is_base64(hash)
}

/// `pbkdf2_sha256$600000$salt$hash`, with a hash of 32 bytes, or of 20 for SHA-1.
fn is_django_pbkdf2(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let [name, rounds, salt, hash] = parts[..] else { return false };
    let (length, padding) = match name {
        "pbkdf2_sha256" => (43, "="),
        "pbkdf2_sha1" => (27, "="),
        _ => return false,
    };
    let bare = hash.strip_suffix(padding).unwrap_or_default();
    is_number(rounds) && is_salt(salt, 128) && bare.len() == length && is_base64(bare)
}

/// `scrypt$16384$salt$8$1$hash`, with a hash of 64 bytes.
fn is_django_scrypt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let ["scrypt", work, salt, block, parallel, hash] = parts[..] else { return false };
    let bare = hash.strip_suffix("==").unwrap_or_default();
    [work, block, parallel].into_iter().all(is_number)
        && is_salt(salt, 128)
        && bare.len() == 86
        && is_base64(bare)
}

/// `$P$` and `$H$` with 31 characters, and the `$S$` of Drupal 7 with 52.
fn is_phpass(text: &str) -> bool {
    let of = |prefix, length| text.strip_prefix(prefix).is_some_and(|rest| is_crypt_of(rest, length));
    of("$P$", 31) || of("$H$", 31) || of("$S$", 52)
}

/// `$5$`, `$6$` (with or without `rounds=…$`) and yescrypt's `$y$`.
fn is_unix_crypt(text: &str) -> bool {
    let parts: Vec<&str> = text.split('$').collect();
    let length = match parts.get(1) {
        Some(&"5" | &"y") => 43,
        Some(&"6") => 86,
        _ => return false,
    };
    match parts[..] {
        ["", "y", costs, salt, hash] => {
            !costs.is_empty()
                && is_crypt(costs)
                && is_salt(salt, 86)
                && is_crypt(salt)
                && is_crypt_of(hash, length)
        }
        ["", "5" | "6", salt, hash] => is_salt(salt, 16) && is_crypt_of(hash, length),
        ["", "5" | "6", rounds, salt, hash] => {
            rounds.strip_prefix("rounds=").is_some_and(is_number)
                && is_salt(salt, 16)
                && is_crypt_of(hash, length)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bodies of the right length in the alphabet of crypt.
    fn body(length: usize) -> String {
        "abcdefgh./XYZ0123".chars().cycle().take(length).collect()
    }

    #[test]
    fn whole_hashes_are_known_by_their_scheme() {
        let known = [
            ("bcrypt", format!("$2y$10${}", body(53))),
            ("argon2", "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA".to_owned()),
            ("django_pbkdf2", format!("pbkdf2_sha256$600000$salt${}=", "a".repeat(43))),
            ("django_pbkdf2", format!("pbkdf2_sha1$1$salt${}=", "a".repeat(27))),
            ("django_bcrypt_sha256", format!("bcrypt_sha256$$2b$12${}", body(53))),
            (
                "django_argon2",
                "argon2$argon2id$v=19$m=102400,t=2,p=8$c29tZXNhbHRzYWx0$aGFzaGhhc2hoYXNoaGFzaA".to_owned(),
            ),
            ("django_scrypt", format!("scrypt$16384$salt$8$1${}==", "a".repeat(86))),
            ("phpass", format!("$P$B{}", body(30))),
            ("phpass", format!("$S$D{}", body(51))),
            ("wordpress_bcrypt", format!("$wp$2y$10${}", body(53))),
            ("crypt", format!("$5$rounds=5000$salt${}", body(43))),
            ("crypt", format!("$6$salt${}", body(86))),
            ("crypt", format!("$y$j9T$salt${}", body(43))),
        ];
        for (name, hash) in known {
            assert_eq!(scheme(&hash), Some(name), "{hash}");
            for wrong in [format!("{hash} "), hash[..hash.len() - 1].to_owned(), format!(" {hash}")] {
                let is_shorter_argon2 = name.ends_with("argon2") && wrong.len() < hash.len();
                assert!(is_shorter_argon2 || scheme(&wrong).is_none(), "{wrong}");
            }
        }
    }

    #[test]
    fn what_may_be_a_password_is_none() {
        let cut = format!("$2y$10${}", body(45));
        for text in ["", "secret123", "5f4dcc3b5aa765d61d8327deb882cf99", &cut, "$2y$99$x", "$1$salt$hash"] {
            assert_eq!(scheme(text), None, "{text}");
        }
    }
}
