//! Every setting as `examsync settings` lists it: its value, and where that comes from (contract §5).

use secrecy::ExposeSecret as _;
use serde::Serialize;

use super::layers::Layers;
use super::parse::without_hidden_parts;
use super::redact::{bare_url, holds_password};
use super::setting::{DefaultValue, Row, Secret, Source};
use super::{Settings, table};

/// One setting and its value. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Listed {
    /// The variable's name.
    pub name: &'static str,
    /// The value in use; none for a secret, and where there is none.
    pub value: Option<String>,
    /// Whether it is set.
    pub set: bool,
    /// Where the value comes from.
    pub source: Source,
    /// Whether the value is a secret, and hence left out.
    pub secret: bool,
}

/// All settings in the order of the manual, `settings` being what the layers came to.
pub(super) fn list(layers: &Layers<'_>, settings: Option<&Settings>) -> Vec<Listed> {
    table::rows().map(|row| listed(row, layers, settings)).collect()
}

fn listed(row: &Row, layers: &Layers<'_>, settings: Option<&Settings>) -> Listed {
    let name = row.name;
    let Some((source, value)) = layers.origin(row) else {
        let value = match row.default {
            DefaultValue::Text(text) => Some(text.to_owned()),
            DefaultValue::Derived { value, .. } => settings.filter(|_| !layers.is_wrong(row)).and_then(value),
            DefaultValue::None { .. } => None,
        };
        return Listed {
            name,
            value,
            set: false,
            source: Source::Default,
            secret: row.secret == Secret::Yes,
        };
    };
    let value = value.expose_secret();
    let secret = match row.secret {
        Secret::No => false,
        Secret::Yes => true,
        // What is in a file of its own was meant to be one.
        Secret::WithPassword => source == Source::File || layers.is_wrong(row) || holds_password(value),
    };
    let shown = match row.secret {
        _ if secret => None,
        Secret::WithPassword if value.starts_with("sqlite:") => Some(value.to_owned()),
        Secret::WithPassword => Some(bare_url(value)),
        // Without a scheme it may be a secret (contract §15.5).
        _ if row.name == table::pull::API_URL.row.name && !value.contains("://") => None,
        // A wrong value may be a URL that is a secret.
        _ if layers.is_wrong(row) => Some(without_hidden_parts(value.trim())),
        _ => Some(value.trim().to_owned()),
    };
    Listed { name, value: shown, set: true, source, secret }
}
