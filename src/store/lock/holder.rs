//! Who holds a lock in PostgreSQL, as the server knows it.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_types::{Bool, Integer, Nullable, Text};

use crate::store::connection::Connection;
use crate::store::error::StoreError;
use crate::store::values::Moment;
use crate::text::sanitize::clean;

/// The session that holds a lock.
#[derive(Debug, Clone, QueryableByName)]
pub(crate) struct LockHolder {
    #[diesel(sql_type = Integer)]
    pid: i32,
    #[diesel(sql_type = Nullable<Text>)]
    role: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    address: Option<String>,
    #[diesel(sql_type = Text)]
    application: String,
    #[diesel(sql_type = Nullable<Moment>)]
    since: Option<DateTime<Utc>>,
    /// Whether it calls itself as a pass does, and its role may record one.
    #[diesel(sql_type = Bool)]
    pub(crate) is_pass: bool,
}

impl LockHolder {
    /// The holder of the advisory lock with this key; none where it was just given back.
    pub(super) fn find(connection: &mut Connection, class: i32, id: i32) -> Result<Option<Self>, StoreError> {
        // The halves of a key are kept as oid, which has no sign. A role that may not look into the sessions of others
        // sees neither address nor times.
        let held = connection.rows_with(
            "SELECT a.pid, a.usename::text AS role, host(a.client_addr) AS address,
                    coalesce(a.application_name, '') AS application, coalesce(a.xact_start, a.backend_start) AS since,
                    a.application_name IN ('examsync', current_setting('application_name'))
                        AND NOT EXISTS (SELECT FROM pg_catalog.pg_class AS c
                            JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
                            WHERE n.nspname = our_schema() AND c.relname = 'sync_logs' AND c.relkind IN ('r', 'p')
                              AND NOT pg_catalog.has_any_column_privilege(a.usesysid, c.oid, 'INSERT')) AS is_pass
             FROM pg_catalog.pg_locks AS l
             JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
             WHERE l.locktype = 'advisory' AND l.classid::bigint = $1 AND l.objid::bigint = $2 AND l.objsubid = 2
               AND l.granted AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
             LIMIT 1",
            &[&i64::from(class.cast_unsigned()), &i64::from(id.cast_unsigned())],
        )?;
        Ok(held.into_iter().next())
    }

    /// It, for a sentence.
    pub(crate) fn label(&self) -> String {
        let role =
            self.role.as_deref().map_or("an unknown role".into(), |role| format!("role {}", clean(role)));
        let address = match (&self.address, self.since) {
            (Some(address), _) => format!("from {}", clean(address)),
            (None, Some(_)) => "on the server's own machine".to_owned(),
            (None, None) => "from an address that this role may not see".to_owned(),
        };
        let application = match self.application.as_str() {
            "" => "without an application's name".to_owned(),
            name => format!("application {}", clean(name)),
        };
        let since = self.since.map(|since| format!(", since {} UTC", since.format("%Y-%m-%d %H:%M:%S%.3f")));
        format!("{role} {address}, {application}{}", since.unwrap_or_default())
    }

    /// How to end the session.
    pub(crate) fn cure(&self) -> String {
        format!("let it release the lock, or end it in psql: SELECT pg_terminate_backend({});", self.pid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_is_named_without_control_characters() {
        let mut holder = LockHolder {
            pid: 7,
            role: Some("app\u{1b}[2J".into()),
            address: Some("10.0.0.1".into()),
            application: "psql".into(),
            since: "2027-05-20T06:07:08.009Z".parse().ok(),
            is_pass: false,
        };
        assert_eq!(
            holder.label(),
            "role app\u{fffd}[2J from 10.0.0.1, application psql, since 2027-05-20 06:07:08.009 UTC"
        );
        holder.address = None;
        assert!(holder.label().contains(" on the server's own machine, "));
        holder = LockHolder { since: None, application: String::new(), ..holder };
        assert_eq!(
            holder.label(),
            "role app\u{fffd}[2J from an address that this role may not see, without an application's name"
        );
    }
}
