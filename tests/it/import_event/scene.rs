//! An installation that takes events, and requests that are signed as a sender signs them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::Utc;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::scene::Scene;
use crate::support::{Database, Examsync, Outcome};

/// A secret as Standard Webhooks writes it.
pub(super) const SECRET: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
/// A date that was never pulled.
pub(super) const DATE: &str = "2099-06-01";

/// A request that comes in.
#[derive(Clone)]
pub(super) struct Incoming {
    pub(super) id: String,
    pub(super) sent: i64,
    pub(super) body: Vec<u8>,
    pub(super) signature: String,
}

/// A good request with this body, sent so many seconds from now.
pub(super) fn sent_in(id: &str, body: &Value, seconds: i64) -> Incoming {
    let (body, sent) = (body.to_string().into_bytes(), Utc::now().timestamp() + seconds);
    let signature = signature(SECRET, id, sent, &body);
    Incoming { id: id.to_owned(), sent, body, signature }
}

/// A good request, now.
pub(super) fn incoming(id: &str, body: &Value) -> Incoming {
    sent_in(id, body, 0)
}

/// A signature as Standard Webhooks says.
pub(super) fn signature(secret: &str, id: &str, sent: i64, body: &[u8]) -> String {
    let key = STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{id}.{sent}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// The hexadecimal digits over the body alone.
pub(super) fn hex(secret: &str, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(body);
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// An installation with one hall and one room, whose exam system has people on [`DATE`].
pub(super) struct Taking<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) program: Examsync,
}

impl<'a> Taking<'a> {
    pub(super) fn new(database: &'a Database) -> Self {
        let scene = Scene::new(database);
        scene.halls(halls("Four")).expect(0);
        let count = json!({"hallId": 4, "roomId": 10, "participantCount": 20});
        scene.api.participants(DATE, json!([{"startTime": "09:00", "participants": [count]}]));
        scene.api.forget_requests();
        let program = scene.program.clone().env("SYNC_EVENT_SECRET", SECRET);
        Self { scene, program }
    }

    /// The program with the headers of a request in its environment, as a hook runner passes them.
    pub(super) fn given(&self, request: &Incoming) -> Examsync {
        self.program
            .clone()
            .env("WEBHOOK_ID", &request.id)
            .env("WEBHOOK_TIMESTAMP", &request.sent.to_string())
            .env("WEBHOOK_SIGNATURE", &request.signature)
            .stdin(request.body.clone())
    }

    /// Takes a request on stdin.
    pub(super) fn take(&self, request: &Incoming) -> Outcome {
        self.given(request).run("import --event - --json")
    }

    /// Id, type, what is asked for and whether that is done, of all rows.
    pub(super) fn rows(&self) -> Vec<String> {
        self.scene.rows(
            "SELECT event_id || '/' || part || ' ' || type || ': ' || coalesce(pull, 'nothing') || ', '
                    || CASE WHEN done_at IS NULL THEN 'waits' ELSE 'done' END
             FROM sync_events ORDER BY id",
        )
    }
}

/// A halls feed of one hall, with one room.
pub(super) fn halls(name: &str) -> Value {
    json!([{"id": 4, "name": name, "rooms": [{"id": 10, "name": "A", "capacity": 50}]}])
}
