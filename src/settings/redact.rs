//! URLs as they may be shown: without user info and query (contract §5).

/// The text with every URL in it stripped of user info, query and fragment.
///
/// It works on malformed URLs too, and on PostgreSQL URLs with several hosts. Where it is unclear
/// where a password ends, everything after the scheme is hidden.
pub(crate) fn without_secrets(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        let ends = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>' | '`');
        let (url, next) = after.split_at(after.find(ends).unwrap_or(after.len()));
        let bare = url.trim_end_matches(['.', ',', ';', ':', '!', ')', ']', '}', '\'']);
        shown.push_str(before);
        shown.push_str(&after_scheme(bare));
        shown.push_str(&url[bare.len()..]);
        rest = next;
    }
    shown.push_str(rest);
    shown
}

/// A value that is meant as one URL, however malformed, stripped like [`without_secrets`]: where it ends is known, so
/// no character of a password ends it.
pub(crate) fn bare_url(value: &str) -> String {
    let is_scheme =
        |scheme: &str| scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    match value.split_once("://").filter(|(scheme, _)| is_scheme(scheme)) {
        Some((scheme, rest)) => format!("{scheme}://{}", after_scheme(rest)),
        None => bare_location(value),
    }
}

/// Scheme and host of a URL whose path is a secret too, such as a webhook's: `https://hooks.slack.com`.
pub(crate) fn origin_only(url: &str) -> String {
    let shown = bare_url(url);
    let Some((scheme, rest)) = shown.split_once("://") else { return "…".to_owned() };
    format!("{scheme}://{}", rest.split('/').next().unwrap_or_default())
}

/// What follows `://`, as [`bare_location`] shows it. Where it has no `@`, a port that is no number may be the password of
/// a URL whose host was forgotten.
fn after_scheme(rest: &str) -> String {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    // An address in brackets has colons of its own.
    let has_port = |host: &str| {
        host.rsplit_once(']')
            .map_or(host, |(_, port)| port)
            .split_once(':')
            .is_none_or(|(_, port)| is_port(port))
    };
    if rest.contains('@') || authority.split(',').all(has_port) {
        bare_location(rest)
    } else {
        "…".to_owned()
    }
}

/// A location without user info, query and fragment.
fn bare_location(rest: &str) -> String {
    let (location, tail) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
    // An `@` after the `?` is either part of a value or the end of a user or password with a `?` in it.
    if tail.contains('@') {
        return "…".to_owned();
    }
    // The last `@`, not the first: an unescaped `@` or `/` in a password must not show the rest of it.
    location.rsplit_once('@').map_or(location, |(_, after)| after).to_owned()
}

/// Whether a PostgreSQL URL holds a password, in its user info or as a parameter (contract §3, `DATABASE_URL`).
pub(super) fn holds_password(url: &str) -> bool {
    let Some((_, rest)) = url.split_once("://") else { return false };
    let (location, query) = rest.split_once('?').unwrap_or((rest, ""));
    // libpq takes all up to an `@` before the first `/` for user info, a `?` in it too; what else has an `@` before
    // its query is meant so.
    let up_to_slash = rest.split('/').next().unwrap_or_default();
    let in_user_info = [up_to_slash, location].into_iter().any(|text| {
        let user_info = text.rsplit_once('@').map_or("", |(user_info, _)| user_info);
        user_info.split_once(':').is_some_and(|(_, password)| !password.is_empty())
    });
    let in_query = query.split('&').filter_map(|pair| pair.split_once('=')).any(|(name, value)| {
        // libpq decodes names too, so one with an escape may be any name.
        !value.is_empty() && (matches!(name, "password" | "sslpassword") || name.contains('%'))
    });
    in_user_info || in_query
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_info_and_query_are_hidden() {
        for (url, shown) in [
            ("postgres://u:p@h:5432/db?sslmode=require", "postgres://h:5432/db"),
            ("postgres://u:p@h1:1,h2:2/db?target_session_attrs=read-write", "postgres://h1:1,h2:2/db"),
            ("postgresql:///db?host=/tmp&password=p", "postgresql:///db"),
            ("postgres://u:p@ss@h/db", "postgres://h/db"),
            ("postgres://u:p/ss@h/db", "postgres://h/db"),
            ("postgres://u:p?ss@h/db", "postgres://…"),
            ("postgres://u:p#ss@h/db", "postgres://…"),
            ("postgres://u@h/db?password=a@b", "postgres://…"),
            ("postgres://u:p", "postgres://…"),
            ("postgres://u:p/db", "postgres://…"),
            ("postgres://[::1]:5432,h2:/db", "postgres://[::1]:5432,h2:/db"),
            ("https://h/path?token=x#y", "https://h/path"),
            ("https://h", "https://h"),
            ("no url", "no url"),
        ] {
            assert_eq!(without_secrets(url), shown);
        }
    }

    #[test]
    fn urls_inside_a_text_are_found() {
        assert_eq!(
            without_secrets("at (https://u:p@h/a?b=c), then \"http://k:s@i/?t\" and ftp://x."),
            "at (https://h/a), then \"http://i/\" and ftp://x."
        );
    }

    #[test]
    fn of_a_value_that_is_one_url_nothing_ends_the_password() {
        for (value, shown) in [
            ("postgres://u:p<q@h/db", "postgres://h/db"),
            ("https://u:p q@h", "https://h"),
            ("https://u:p\"q@h", "https://h"),
            ("https:/u:p@h", "h"),
            ("u:p@h:587", "h:587"),
            ("h/?token=p", "h/"),
            ("a:b@c://u:p@h", "h"),
            ("exams.example.com", "exams.example.com"),
        ] {
            assert_eq!(bare_url(value), shown);
        }
    }

    #[test]
    fn the_origin_leaves_out_the_path() {
        assert_eq!(origin_only("https://u:p@hooks.slack.com/services/T/B/X?y"), "https://hooks.slack.com");
        assert_eq!(origin_only("nonsense"), "…");
    }

    #[test]
    fn passwords_are_seen_wherever_libpq_sees_them() {
        for url in [
            "postgres://u:p@h/db",
            "postgres://u:p@h1:1,h2:2/db",
            "postgres://u:p/q@h/db",
            "postgres://u:p?q@h/db",
            "postgres://h/db?password=p",
            "postgres://h/db?sslmode=require&sslpassword=p",
            "postgres://h/db?p%61ssword=p",
        ] {
            assert!(holds_password(url), "{url}");
        }
        for url in ["postgres://u@h:5432/db", "postgres://h:5432/db?user=u", "postgres://u:@h/db", "sqlite:x"]
        {
            assert!(!holds_password(url), "{url}");
        }
    }
}
