//! The counts of `exam_schedules` are integers: migration 0016 makes the view again and keeps who may read it.

use super::migrate_up_to;
use crate::support::{Database, Examsync, MockApi};

const TYPES: &str =
    "SELECT string_agg(data_type, ' ' ORDER BY ordinal_position) FROM information_schema.columns
                     WHERE table_name = 'exam_schedules'";

#[test]
fn the_view_has_integers_and_keeps_its_owner_and_the_rights_on_it() {
    let Some(database) = Database::postgres() else { return };
    migrate_up_to(&database, "0013");
    let role = format!("reader_{}", database.text("SELECT current_database()"));
    database.execute(&format!(
        "CREATE ROLE {role} LOGIN; CREATE ROLE {role}_owner; GRANT CREATE ON SCHEMA public TO {role}_owner;
         GRANT SELECT ON participants TO {role}_owner; ALTER VIEW exam_schedules OWNER TO {role}_owner;
         GRANT SELECT ON exam_schedules TO {role} WITH GRANT OPTION; GRANT SELECT ON exam_schedules TO PUBLIC"
    ));
    let rights =
        "SELECT relacl::text, relowner::regrole::text FROM pg_class WHERE relname = 'exam_schedules'";
    let before = database.rows(rights);
    assert_eq!(database.text(TYPES), "date time without time zone bigint bigint bigint");
    Examsync::new(&database, &MockApi::start()).run("migrate").expect(0);
    assert_eq!(database.text(TYPES), "date time without time zone integer integer integer");
    assert_eq!(database.rows(rights), before);
    database.execute(&format!("DROP OWNED BY {role}, {role}_owner; DROP ROLE {role}, {role}_owner"));
}

#[test]
fn a_view_of_an_application_on_it_is_named() {
    let Some(database) = Database::postgres() else { return };
    migrate_up_to(&database, "0013");
    database.execute("CREATE VIEW days AS SELECT exam_date, halls FROM exam_schedules");
    let program = Examsync::new(&database, &MockApi::start());
    let outcome = program.run("migrate").expect(10);
    assert!(
        outcome.stderr.starts_with(
            "examsync: error: a migration can't be applied while other programs' objects need the tables as they are: view days: "
        ),
        "{}",
        outcome.stderr
    );
    assert_eq!(database.text(TYPES), "date time without time zone bigint bigint bigint");
    database.execute("DROP VIEW days");
    program.run("migrate").expect(0);
}
