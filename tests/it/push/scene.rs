//! A receiver of webhooks beside the exam system, and what it got.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::scene::Scene;
use crate::support::mock_api::Request;
use crate::support::{Answer, Database, Examsync, MockApi, Outcome};

/// A secret as Standard Webhooks writes it.
pub(super) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Where the receiver takes events.
pub(super) const HOOK: &str = "/hook";

/// An installation that pushes to one receiver.
pub(super) struct Pushing<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) receiver: MockApi,
    pub(super) program: Examsync,
}

/// What arrived at a receiver in one request.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Arrived {
    pub(super) id: String,
    pub(super) timestamp: String,
    pub(super) body: Vec<u8>,
}

impl Arrived {
    fn of(request: &Request) -> Self {
        let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
        Self { id: header("webhook-id"), timestamp: header("webhook-timestamp"), body: request.body.clone() }
    }

    pub(super) fn events(&self) -> Vec<Value> {
        let envelope: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(envelope["id"], Value::from(self.id.clone()));
        assert_eq!(envelope["type"], Value::from("examsync.events"));
        envelope["data"].as_array().unwrap().clone()
    }
}

impl<'a> Pushing<'a> {
    /// With empty tables, and a receiver that takes all.
    pub(super) fn new(database: &'a Database) -> Self {
        let scene = Scene::new(database);
        let receiver = MockApi::start();
        receiver.always(HOOK, Answer::body("").with_status(204));
        let url = format!("{}{HOOK}", receiver.url());
        let program = scene.program.clone().env("SYNC_PUSH_URL", &url).env("SYNC_PUSH_SECRET", SECRET);
        Self { scene, receiver, program }
    }

    /// So many events of the application, each of a resource of its own.
    pub(super) fn write(&self, events: usize) {
        for nth in 0..events {
            self.write_of(&format!("r{nth}"));
        }
    }

    /// One event of the application.
    pub(super) fn write_of(&self, resource: &str) {
        self.scene.database.execute(&format!(
            "INSERT INTO change_events (type, resource_type, resource_id, data)
             VALUES ('note.written', 'note', '{resource}', '{{\"text\": \"{resource}\"}}')"
        ));
    }

    /// Runs `push`.
    pub(super) fn push(&self) -> Outcome {
        self.run("push")
    }

    /// Runs the program with `--json`.
    pub(super) fn run(&self, arguments: &str) -> Outcome {
        self.program.run(&format!("{arguments} --json"))
    }

    /// What arrived so far.
    pub(super) fn arrived(&self) -> Vec<Arrived> {
        arrived(&self.receiver)
    }

    /// What waits and does not in the outbox, by state.
    pub(super) fn states(&self) -> Vec<String> {
        self.scene.rows(
            "SELECT count(*) || ' ' || CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                                            WHEN put_aside_at IS NOT NULL THEN 'put aside'
                                            WHEN given_up_at IS NOT NULL THEN 'given up' ELSE 'waiting' END AS state
             FROM outbox WHERE resources IS NOT NULL
             GROUP BY CASE WHEN delivered_at IS NOT NULL THEN 'delivered'
                           WHEN put_aside_at IS NOT NULL THEN 'put aside'
                           WHEN given_up_at IS NOT NULL THEN 'given up' ELSE 'waiting' END
             ORDER BY state",
        )
    }
}

/// What arrived at a receiver so far.
pub(super) fn arrived(receiver: &MockApi) -> Vec<Arrived> {
    receiver.requests().iter().filter(|request| request.path == HOOK).map(Arrived::of).collect()
}

/// How often each resource arrived.
pub(super) fn times(arrived: &[Arrived]) -> BTreeMap<String, usize> {
    let mut times = BTreeMap::new();
    for event in arrived.iter().flat_map(Arrived::events) {
        *times.entry(event["resourceId"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    times
}
