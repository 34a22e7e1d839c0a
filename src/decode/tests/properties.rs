//! Whatever comes in: no panic, an outcome of the contract, the same in any chunks.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{read_halls, read_participants, read_rooms};

/// Field names that mean something, and one that does not.
const NAMES: [&str; 23] = [
    "data",
    "id",
    "uid",
    "name",
    "address",
    "placeLimit",
    "regionId",
    "isActive",
    "deletedAt",
    "rooms",
    "capacity",
    "examHallId",
    "startTime",
    "participants",
    "hallId",
    "roomId",
    "participantCount",
    "profileExamId",
    "placeId",
    "participantId",
    "participantName",
    "examTitle",
    "other",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        Just(Value::from("09:00")),
    ];
    leaf.prop_recursive(6, 60, 8, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..8).prop_map(Value::from),
            vec((prop::sample::select(&NAMES[..]), inner), 0..8).prop_map(|fields| {
                Value::Object(
                    fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>(),
                )
            }),
        ]
    })
}

fn check(body: &[u8]) -> [String; 3] {
    let outcomes = [read_halls(body).1, read_rooms(body).1, read_participants(body).1];
    for outcome in &outcomes {
        assert!(
            ["ok", "cut off: ", "contract: "].iter().any(|start| outcome.starts_with(start)),
            "{outcome}"
        );
    }
    outcomes
}

proptest! {
    #[test]
    fn arbitrary_bytes(body in vec(any::<u8>(), 0..200)) {
        check(&body);
    }

    #[test]
    fn arbitrary_json(value in any_json()) {
        check(value.to_string().as_bytes());
    }

    #[test]
    fn an_arbitrary_list_in_the_envelope_is_always_read_to_its_end(list in vec(any_json(), 0..8)) {
        let body = serde_json::json!({ "data": list }).to_string();
        prop_assert_eq!(check(body.as_bytes()), ["ok", "ok", "ok"]);
    }
}
