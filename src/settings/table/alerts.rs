//! Settings of alerts: thresholds, mail, webhooks, heartbeat.

use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{SecretSlice, SecretString};

use crate::settings::channels::{self, MailTls, UrlOfWebhook, WebhookFormat};
use crate::settings::setting::DefaultValue::{Derived, None, Text};
use crate::settings::setting::{Secret, Setting};
use crate::settings::{mailbox, parse};

pub(in crate::settings) static CHANGE_PERCENT: Setting<u32> = Setting::new(
    "SYNC_ALERT_CHANGE_PERCENT",
    Text("50"),
    |value| parse::integer(value, 0, u32::MAX),
    "alert when the number of records differs from the pass before by more than this percentage",
);

pub(in crate::settings) static SLOW_AFTER: Setting<Duration> =
    Setting::new("SYNC_SLOW_AFTER", Text("60s"), parse::duration, "alert when a pass takes longer than this");

pub(in crate::settings) static LATE_CHANGE_WITHIN: Setting<Duration> = Setting::new(
    "SYNC_LATE_CHANGE_WITHIN",
    Text("24h"),
    parse::duration,
    "alert when a pass changes time, room or hall of people whose exam starts within this time",
);

pub(in crate::settings) static LATE_CHANGE_PEOPLE: Setting<u32> = Setting::new(
    "SYNC_LATE_CHANGE_PEOPLE",
    Text("10"),
    |value| parse::integer(value, 0, u32::MAX),
    "alert only when such changes concern more people than this",
);

pub(in crate::settings) static ERROR_EMAIL: Setting<Vec<Mailbox>> = Setting::new(
    "SYNC_ERROR_EMAIL",
    None { words: "none", example: "exam-operations@example.com,director@example.com" },
    mailbox::mailboxes,
    "mail addresses for alerts, comma separated, also as `Exams <exams@example.com>`; needs `SMTP_HOST` and a sender",
);

pub(in crate::settings) static SMTP_HOST: Setting<String> = Setting::new(
    "SMTP_HOST",
    None { words: "none", example: "smtp.example.com" },
    parse::host,
    "the mail server",
);

pub(in crate::settings) static SMTP_PORT: Setting<u16> = Setting::new(
    "SMTP_PORT",
    Derived {
        words: "587; with `SMTP_TLS` `tls` 465, with `none` 25",
        value: |settings| settings.alerts.mail.as_ref().map(|mail| mail.port.to_string()),
        example: "587",
    },
    channels::port,
    "port of the mail server",
);

pub(in crate::settings) static SMTP_USER: Setting<String> = Setting::new(
    "SMTP_USER",
    None { words: "none", example: "examsync@example.com" },
    |value| Ok(value.to_owned()),
    "user name at the mail server; set it together with `SMTP_PASSWORD`",
);

pub(in crate::settings) static SMTP_PASSWORD: Setting<SecretString> = Setting::new(
    "SMTP_PASSWORD",
    None { words: "none", example: "the password" },
    |value| Ok(SecretString::from(value)),
    "password of `SMTP_USER`",
)
.secret(Secret::Yes);

pub(in crate::settings) static SMTP_FROM: Setting<Mailbox> = Setting::new(
    "SMTP_FROM",
    Derived {
        words: "`SMTP_USER`, where that is an address",
        value: |settings| settings.alerts.mail.as_ref().map(|mail| mail.from.to_string()),
        example: "examsync@example.com",
    },
    mailbox::mailbox,
    "sender of the mails, also as `Exams <exams@example.com>`",
);

pub(in crate::settings) static SMTP_TLS: Setting<MailTls> = Setting::new(
    "SMTP_TLS",
    Text("starttls"),
    channels::mail_tls,
    "connection to the mail server: `starttls`, `tls` or `none`",
);

pub(in crate::settings) static WEBHOOK_URL: Setting<Vec<UrlOfWebhook>> = Setting::new(
    "SYNC_WEBHOOK_URL",
    None { words: "none", example: "https://hooks.slack.com/services/…" },
    channels::webhooks,
    "webhooks for alerts, comma separated; each may begin with its format: `slack+https://…`, `teams+https://…`, \
     `json+https://…`",
)
.secret(Secret::Yes);

pub(in crate::settings) static WEBHOOK_SECRET: Setting<SecretSlice<u8>> = Setting::new(
    "SYNC_WEBHOOK_SECRET",
    None { words: "none", example: "whsec_…" },
    channels::webhook_key,
    "signs JSON webhooks, and the messages that wait in the outbox, so that no other program's message is \
     sent",
)
.secret(Secret::Yes);

pub(in crate::settings) static WEBHOOK_FORMAT: Setting<WebhookFormat> = Setting::new(
    "SYNC_WEBHOOK_FORMAT",
    None { words: "by the host", example: "json" },
    channels::webhook_format,
    "format of the webhooks that do not begin with one: `slack`, `teams` or `json`",
);

pub(in crate::settings) static HEARTBEAT_URL: Setting<SecretString> = Setting::new(
    "SYNC_HEARTBEAT_URL",
    None { words: "none", example: "https://hc-ping.com/…" },
    |value| parse::http_url(value.trim()).map(|url| SecretString::from(String::from(url))),
    "URL of a heartbeat service; it is pinged with `/start`, then with `/<exit code>`",
)
.secret(Secret::Yes);
