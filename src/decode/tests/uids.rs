//! The uids of rows: packages have to say them, and in a feed they mean nothing.

use super::*;
use crate::decode::participants_from;
use crate::model::EntryKind;

const UID: &str = "0d1e5a3c-6f0b-4a57-9d1c-3f2f6c6f7a10";

fn problems(uid: &str, from_package: bool) -> Vec<(Option<String>, Option<String>)> {
    let context = AnswerContext { from_package, ..AnswerContext::default() };
    let mut found = Vec::new();
    let room = format!(r#"{{"data":[{{"id":1,"name":"R","capacity":2{uid}}}]}}"#);
    rooms(room.as_bytes(), &context, 0, &mut |place| {
        found.push((place.local_uid.map(|uid| uid.to_string()), place.problem.clone()));
        Ok(())
    })
    .unwrap();
    let date = "2027-05-20".parse().unwrap();
    let exam_date = ExamDate { date, timezone: chrono_tz::Asia::Baku };
    let slot = format!(
        r#"{{"data":[{{"startTime":"09:00","participants":[{{"hallId":1,"roomId":1,"participantCount":3{uid}}}]}}]}}"#
    );
    participants_from(slot.as_bytes(), &context, exam_date, 5, &mut |entry| {
        assert_eq!(entry.slot, 5);
        if entry.kind == EntryKind::Count {
            found.push((entry.local_uid.map(|uid| uid.to_string()), entry.problem.clone()));
        }
        Ok(())
    })
    .unwrap();
    found
}

#[test]
fn a_package_says_the_uid_of_each_row() {
    let said = format!(r#","localUid":"{UID}""#);
    assert_eq!(problems(&said, true), vec![(Some(UID.to_owned()), None); 2]);
    let missing = Some("localUid is missing or null".to_owned());
    assert_eq!(problems("", true), vec![(None, missing); 2]);
    let wrong = Some("localUid is not a UUID".to_owned());
    for uid in
        [r#","localUid":7"#, r#","localUid":"x""#, &said.to_uppercase().replace("LOCALUID", "localUid")]
    {
        assert_eq!(problems(uid, true), vec![(None, wrong.clone()); 2], "{uid}");
    }
}

#[test]
fn in_a_feed_it_is_a_field_like_any_other() {
    for uid in ["", r#","localUid":7"#, &format!(r#","localUid":"{UID}""#)] {
        assert_eq!(problems(uid, false), vec![(None, None); 2], "{uid}");
    }
}
