//! Settings of what leaves for others, and of events that come in (contract §12).

use std::time::Duration;

use secrecy::SecretString;

use crate::settings::parse;
use crate::settings::push_values::{self as push, EventScheme, PushSignature, Secrets};
use crate::settings::setting::DefaultValue::{None, Text};
use crate::settings::setting::{Secret, Setting};

pub(in crate::settings) static API_PUSH: Setting<Vec<push::ApiRecords>> = Setting::new(
    "EXTERNAL_HALL_API_PUSH",
    None { words: "none: nothing is sent", example: "attendance,violations" },
    push::api_records,
    "what `examsync push` sends to the exam system: `attendance`, `violations` or both, comma separated",
);

pub(in crate::settings) static PUSH_URL: Setting<Vec<SecretString>> = Setting::new(
    "SYNC_PUSH_URL",
    None { words: "none", example: "https://hub.example.com/examsync" },
    push::urls,
    "receivers of change events, comma separated; without one, passes write none",
)
.secret(Secret::Yes);

pub(in crate::settings) static PUSH_SECRET: Setting<Secrets> = Setting::new(
    "SYNC_PUSH_SECRET",
    None { words: "none, needed with `SYNC_PUSH_URL`", example: "whsec_…" },
    push::secrets,
    "signs change events; several, space separated, make one signature each, so that a secret can be replaced",
)
.secret(Secret::Yes);

pub(in crate::settings) static PUSH_TIMEOUT: Setting<Duration> =
    Setting::new("SYNC_PUSH_TIMEOUT", Text("10s"), parse::positive_duration, "limit for one try of `push`");

pub(in crate::settings) static PUSH_SIGNATURE: Setting<PushSignature> = Setting::new(
    "SYNC_PUSH_SIGNATURE",
    None { words: "none", example: "hex" },
    push::signature,
    "`hex` adds the header `x-webhook-signature`, for receivers that support nothing else",
);

pub(in crate::settings) static EVENT_SECRET: Setting<Secrets> = Setting::new(
    "SYNC_EVENT_SECRET",
    None { words: "none, needed by `import --event`", example: "whsec_…" },
    push::secrets,
    "verifies the signature of incoming events; of several, space separated, one must fit",
)
.secret(Secret::Yes);

pub(in crate::settings) static EVENT_TOLERANCE: Setting<Duration> = Setting::new(
    "SYNC_EVENT_TOLERANCE",
    Text("5m"),
    parse::positive_duration,
    "how far the time of an incoming event may be from now, in either direction",
);

pub(in crate::settings) static EVENT_SCHEME: Setting<EventScheme> = Setting::new(
    "SYNC_EVENT_SCHEME",
    Text("standard"),
    push::scheme,
    "how incoming events are signed: `standard` (Standard Webhooks) or `hex` (the body alone, in hexadecimal \
     digits)",
);
