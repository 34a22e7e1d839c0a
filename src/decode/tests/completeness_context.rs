//! What headers say of answers as a whole, and which fields are not judged.

use super::collect;
use crate::decode::halls;
use crate::feed::{AnswerContext, IgnoredFields};

const NOT_WHOLE: &str = "self: it says that it is not whole: ";

/// The outcome of an empty answer with this header, and without the fields that are ignored.
fn with_header(name: &str, value: &str, ignored: &str) -> String {
    let headers = vec![(name.to_owned(), value.to_owned())];
    let context = AnswerContext {
        headers,
        ignored: IgnoredFields::new(ignored.split(',')),
        ..AnswerContext::default()
    };
    collect(|place| halls(r#"{"data":[{"id":1},{"id":2}]}"#.as_bytes(), &context, place)).1
}

#[test]
fn headers_are_judged_like_fields() {
    for (name, value, told) in [
        ("link", "</x?page=2>; rel=\"next\"", "a next page is named (the header `Link` is \"/x?…\")"),
        ("x-next-page", "2", "the header `X-Next-Page` is \"2\""),
        ("x-has-more", "true", "the header `X-Has-More` is \"true\""),
        ("x-total", "3", "the header `X-Total` is \"3\", but `data` has 2 elements"),
        ("x-total-count", "3", "the header `X-Total-Count` is \"3\", but `data` has 2 elements"),
        ("content-range", "halls 0-1/3", "the header `Content-Range` is \"halls 0-1/3\""),
        ("content-range", "0-2/3", "the header `Content-Range` is \"0-2/3\", but `data` has 2 elements"),
    ] {
        assert_eq!(with_header(name, value, "nothing"), format!("{NOT_WHOLE}{told}"));
        assert_eq!(with_header(name, value, &name.to_uppercase().replace('-', "_")), "ok", "{name}");
    }
    for (name, value) in [
        ("link", "</x?page=1>; rel=prev"),
        ("x-next-page", ""),
        ("x-has-more", "false"),
        ("x-total", "2"),
        ("x-total-count", "1"),
        ("x-page", "1"),
        ("x-total-pages", "2"),
        ("content-range", "halls 0-1/2"),
        ("content-range", "halls 0-1/*"),
    ] {
        assert_eq!(with_header(name, value, "nothing"), "ok", "{name}: {value}");
    }
    let pages = |ignored: &str| {
        let headers = [("x-page", "1"), ("x-total-pages", "2")].map(|(n, v)| (n.to_owned(), v.to_owned()));
        let context = AnswerContext {
            headers: headers.into(),
            ignored: IgnoredFields::new(ignored.split(',')),
            ..AnswerContext::default()
        };
        collect(|place| halls(r#"{"data":[]}"#.as_bytes(), &context, place)).1
    };
    let told = "this is page 1 of 2 (the header `X-Page` is 1, the header `X-Total-Pages` is 2)";
    assert_eq!(pages("total"), format!("{NOT_WHOLE}{told}"));
    assert_eq!(pages("X-Total-Pages"), "ok");
}

#[test]
fn ignored_fields_are_not_judged() {
    let judged = |fields: &str, ignored: &str| {
        let context =
            AnswerContext { ignored: IgnoredFields::new(ignored.split(',')), ..AnswerContext::default() };
        let body = format!(r#"{{{fields},"data":[]}}"#);
        collect(|place| halls(body.as_bytes(), &context, place)).1
    };
    for (fields, ignored) in [
        (r#""meta":{"total":9}"#, "total"),
        (r#""meta":{"TOTAL":9}"#, "x,Total"),
        (r#""meta":{"total":9}"#, "meta.total"),
        (r#""meta":{"total":9,"hasMore":true}"#, "meta"),
        (r#""page":1,"lastPage":2"#, "page"),
        (r#""page":1,"lastPage":2"#, "last_page"),
        (r#""_links":{"next":{"href":"/x"}}"#, "next"),
        (r#""@odata.nextLink":"/x""#, "nextLink"),
        (r#""error":{"code":"X"}"#, "error"),
    ] {
        assert_ne!(judged(fields, "other"), "ok", "{fields}");
        assert_eq!(judged(fields, ignored), "ok", "{fields} without {ignored}");
    }
    assert_ne!(judged(r#""meta":{"total":9},"b":{"total":9}"#, "meta.total"), "ok");
}
