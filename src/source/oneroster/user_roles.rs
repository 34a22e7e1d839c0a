//! The roles of OneRoster 1.1, which stand in `users.csv`: a role, and the organisations at which a person has it.

use super::columns;
use super::table::Table;
use crate::decode::record::Layout;
use crate::decode::record::roles::Roles;
use crate::model::Stopped;
use crate::model::entity::{EntityKind, KeyedRecord};
use crate::source::roster_facts::RecordSink;

const ROLE: &str = "role";
const ORGS: &str = "orgSourcedIds";

/// Where the roles stand in a row.
pub(super) struct UserRoles<'a> {
    layout: Layout<'a>,
    role: usize,
    orgs: usize,
    count: i64,
}

impl<'a> UserRoles<'a> {
    /// Finds the columns.
    ///
    /// # Errors
    /// The name of one that is missing.
    pub(super) fn new(table: &Table<'_>, roles: &'a Roles) -> Result<Self, &'static str> {
        let (role, orgs) = (table.position(ROLE).ok_or(ROLE)?, table.position(ORGS).ok_or(ORGS)?);
        let entity = EntityKind::Roles.entity();
        let layout = Layout::from_header(entity, &columns::of_user_roles(), &columns::USER_ROLES, roles)?;
        Ok(Self { layout, role, orgs, count: 0 })
    }

    /// Gives the roles of one person to `sink`. Of a person whose key can't be read there is one that can't be read either:
    /// whose roles are missing is not known then.
    pub(super) fn each<'r>(
        &mut self,
        user: &KeyedRecord,
        path: &str,
        cell: impl Fn(usize) -> &'r str,
        sink: &mut RecordSink<'_>,
    ) -> Result<(), Stopped> {
        let id = user.sourced_id.as_deref().unwrap_or_default();
        for org in cell(self.orgs).split(',').filter(|org| !org.is_empty()) {
            self.count += 1;
            let row = [id, org, cell(self.role)];
            let record = self.layout.record(self.count, path.to_owned(), |place| row[place]);
            sink(EntityKind::Roles, KeyedRecord { says_active: user.says_active, ..record })?;
        }
        Ok(())
    }

    /// How many roles there were.
    pub(super) fn count(&self) -> i64 {
        self.count
    }
}
