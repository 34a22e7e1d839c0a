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
    "signs change events; several, space separated, make a signature each, so that one can be replaced",
)
.secret(Secret::Yes);

pub(in crate::settings) static PUSH_TIMEOUT: Setting<Duration> =
    Setting::new("SYNC_PUSH_TIMEOUT", Text("10s"), parse::positive_duration, "limit of one try of `push`");

pub(in crate::settings) static PUSH_SIGNATURE: Setting<PushSignature> = Setting::new(
    "SYNC_PUSH_SIGNATURE",
    None { words: "none", example: "hex" },
    push::signature,
    "`hex` adds the header `x-webhook-signature`, for receivers that know nothing else",
);

pub(in crate::settings) static EVENT_SECRET: Setting<Secrets> = Setting::new(
    "SYNC_EVENT_SECRET",
    None { words: "none, needed by `import --event`", example: "whsec_…" },
    push::secrets,
    "what events that come in are signed with; several, space separated, of which one must fit",
)
.secret(Secret::Yes);

pub(in crate::settings) static EVENT_TOLERANCE: Setting<Duration> = Setting::new(
    "SYNC_EVENT_TOLERANCE",
    Text("5m"),
    parse::positive_duration,
    "how far the time of an event that comes in may be from now, either way",
);

pub(in crate::settings) static EVENT_SCHEME: Setting<EventScheme> = Setting::new(
    "SYNC_EVENT_SCHEME",
    Text("standard"),
    push::scheme,
    "how events that come in are signed: `standard` (Standard Webhooks) or `hex` (the body alone, in hexadecimal digits)",
);
