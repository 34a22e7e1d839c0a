//! Warnings about the application's tables: what a person should know, although it stops nothing.

use crate::model::adoption_map::{Field, Place};
use crate::queries::adoption as queries;
use crate::store::adoption::target::Target;
use crate::store::connection::Connection;
use crate::store::error::StoreError;

/// Triggers, ids that are not known here, other programs that write the tables, roles without rights.
pub(super) fn all(connection: &mut Connection, targets: &[Target; 2]) -> Result<Vec<String>, StoreError> {
    let mut warnings = Vec::new();
    for target in targets {
        let shown = target.map.shown();
        if !target.table.triggers.is_empty() {
            warnings.push(format!(
                "triggers of {shown} run with our writes: {}; their functions look names up in {} alone",
                target.table.triggers.join(", "),
                target.map.schema
            ));
        }
        if target.table.is_subscribed {
            warnings.push(format!("a subscription of logical replication writes {shown}, too"));
        }
        if target.place == Place::Rooms && target.map.columns.contains_key(&Field::ExternalUid) {
            warnings.push(format!(
                "rooms have no uid in the external system: external_uid of {shown} is not written"
            ));
        }
        if let Some(unknown) = queries::unknown_external_ids(connection, target)? {
            warnings.push(unknown);
        }
        if let Some(synced) = queries::synced_by_another(connection, target)? {
            warnings.push(synced);
        }
    }
    let roles = queries::roles_without_rights(connection)?;
    if !roles.is_empty() {
        warnings.push(format!(
            "these roles may write sync_logs and not the tables of the adoption; a pass that runs as one of them ends with \
             10: {}; see migrate --adopt --print",
            roles.join(", ")
        ));
    }
    Ok(warnings)
}
