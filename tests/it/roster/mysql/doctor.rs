//! What `doctor --online` says of a MySQL source: it logs in, and asks for no row.

use super::Source;
use crate::roster::doctor::looked;
use crate::support::on_both_databases;

on_both_databases! {
    fn what_an_account_may_not_read_is_said_as_the_pass_says_it(database) {
        let Some(source) = Source::filled(database) else { return };
        source.sql("UPDATE users SET first_name = 'kanarienvogel', password = 'kanarienvogel'");
        let program = &source.school.program;
        let shown = source.shown();
        let good = format!("ok (0) source mysql: {shown} lets this account read institutes, users, institute_user | -");
        assert_eq!(looked(program, "--online"), std::slice::from_ref(&good));
        let hashing = program.clone().env("ROSTER_CREDENTIALS", "hash");
        assert_eq!(
            looked(&hashing, "--online"),
            [format!(
                "fail (12) source mysql: {shown}: the account may not read the column password of users | grant SELECT, see \
                 `examsync help roster`"
            )]
        );
        let both = format!("{0}@'%', {0}@localhost", source.name);
        source.server.run(&format!("GRANT SELECT (password) ON {}.users TO {both}", source.name));
        assert_eq!(looked(&hashing, "--online"), std::slice::from_ref(&good));
        assert_eq!(
            looked(program, "--online"),
            [
                good,
                "warn (0) source mysql: the account may read the passwords of users, and ROSTER_CREDENTIALS does not ask for \
                 them | grant it SELECT on the other columns alone, as `examsync help roster` has it"
                    .to_owned(),
            ]
        );
        let url = source.server.url(&source.name);
        let nowhere = program.clone().env("ROSTER_URL", &format!("{}/nowhere", url.strip_suffix(&format!("/{}", source.name)).unwrap()));
        assert_eq!(
            looked(&nowhere, "--online"),
            [format!(
                "fail (12) source mysql: {}: access is denied (error 1044) | check user, password, host and database of \
                 ROSTER_URL, or set ROSTER_TLS, which is off: the account may demand TLS",
                shown.replace(&source.name, "nowhere")
            )]
        );
        source.sql("ALTER TABLE users DROP COLUMN email");
        let missing = looked(program, "--online");
        assert_eq!(missing, [format!("fail (13) source mysql: {shown} has no column email in users | see `examsync help roster`")]);
        program.run("roster").expect(13);
        source.sql("DROP TABLE institute_user; ALTER TABLE users ADD COLUMN email text");
        source.server.run(&format!("GRANT SELECT ON {}.* TO {both}", source.name));
        assert_eq!(
            looked(program, "--online")[0],
            format!("fail (13) source mysql: {shown} has no table institute_user | see `examsync help roster`")
        );
    }

    fn own_selects_are_tried_without_their_rows(database) {
        let Some(source) = Source::filled(database) else { return };
        let program = source.school.program.clone().env("ROSTER_SQL_DIR", "selects");
        program.write("selects/users.sql", 0o600, "SELECT id AS sourced_id, first_name AS given_name FROM users ORDER BY id LIMIT 5;\n");
        let shown = source.shown();
        assert_eq!(
            looked(&program, "--online"),
            [format!("ok (0) source mysql: {shown} lets this account read users.sql | -")]
        );
        program.write("selects/orgs.sql", 0o600, "SELECT id AS sourced_id, name FROM institutes -- all\n");
        assert_eq!(
            looked(&program, "--online"),
            ["fail (13) source mysql: the SELECT of orgs.sql has no column type | see `examsync help roster`"]
        );
        program.write("selects/orgs.sql", 0o600, "SELECT 'kanarienvogel' FROM\n");
        assert_eq!(
            looked(&program, "--online"),
            [format!("fail (13) source mysql: {shown} does not take the SELECT of orgs.sql (error 1064) | see `examsync help roster`")]
        );
    }

    fn a_server_that_is_not_there_is_75(database) {
        let Some(source) = Source::filled(database) else { return };
        let nobody = source.school.program.clone().env("ROSTER_URL", "mysql://x@127.0.0.1:1/school");
        assert_eq!(
            looked(&nobody, "--online"),
            ["fail (75) source mysql: mysql://127.0.0.1:1/school: connection refused (the connection) | see `examsync help roster`"]
        );
    }
}
