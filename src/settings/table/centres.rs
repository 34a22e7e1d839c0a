//! Settings of packages for centres without a network (contract §11.1).

use std::path::PathBuf;

use crate::settings::parse;
use crate::settings::setting::DefaultValue::{Derived, None, Text};
use crate::settings::setting::Setting;

pub(in crate::settings) static KEY_FILE: Setting<PathBuf> = Setting::in_folder(
    "SYNC_KEY_FILE",
    None { words: "none, needed for packages", example: "/etc/examsync/head.key" },
    parse::path,
    "this installation's key file, made by `examsync keys --new`; checked like every file that holds a secret",
);

pub(in crate::settings) static PEERS_FILE: Setting<PathBuf> = Setting::in_folder(
    "SYNC_PEERS_FILE",
    None { words: "none, needed for packages", example: "/etc/examsync/peers" },
    parse::path,
    "file with the cards of the installations that exchange packages with this one, one per line; refused \
     where others may write it",
);

pub(in crate::settings) static FILES_DIR: Setting<PathBuf> = Setting::in_folder(
    "SYNC_FILES_DIR",
    Derived {
        words: "`files` beside the SQLite file, else none",
        value: |settings| Some(settings.centres.files_folder.as_ref()?.display().to_string()),
        example: "/var/lib/examsync/files",
    },
    parse::path,
    "folder for the files that are attached to packages, each under its SHA-256",
);

pub(in crate::settings) static MAX_FILE: Setting<u64> =
    Setting::new("SYNC_MAX_FILE", Text("256MiB"), parse::bytes, "largest size of one attached file");
