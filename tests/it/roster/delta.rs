//! Files that hold only what changed, and roles as OneRoster 1.1 has them (contract §13.8, case 6).

use super::school::School;
use crate::scene::told;
use crate::support::on_both_databases;

on_both_databases! {
    fn a_delta_changes_only_its_rows(database) {
        let mut school = School::new(database);
        school.pull("").expect(0);
        for file in ["orgs", "academicSessions", "courses", "classes", "roles"] {
            school.mode(file, "absent");
        }
        school
            .mode("users", "delta")
            .with(
                "users",
                &[
                    "2,active,2099-01-02T03:04:05Z,true,,Cherilyn,,,,,,,",
                    "3,tobedeleted,2099-01-02T03:04:05Z,false,,,Solo,,,,,,",
                    "4,active,2099-01-02T03:04:05Z,true,,New,,,,,,,",
                ],
            )
            .mode("enrollments", "delta")
            .with("enrollments", &["x,active,2099-01-02T03:04:05Z,k,s,4,student,,,"]);
        let outcome = school.pull("");
        assert_eq!(
            told(&outcome),
            ["0 completed", "roster completed: 2 created, 2 updated, 2 deleted"],
            "the role of the one who went went along"
        );
        assert_eq!(
            school.active(),
            "orgs 2, sessions 2, courses 1, users 3, classes 1, roles 2, enrollments 3"
        );
        assert_eq!(
            database.rows("SELECT sourced_id, display_name, is_active FROM roster_users ORDER BY sourced_id").len(),
            4
        );
        assert_eq!(told(&school.run(""))[1], "roster completed: 4 unchanged");
    }

    fn roles_of_1_1_stand_with_the_person(database) {
        let school = School::new(database);
        let write = |mode: &str, users: &str| {
            let manifest = format!(
                "propertyName,value\noneroster.version,1.1\nfile.orgs,bulk\nfile.users,{mode}\nfile.demographics,absent\n"
            );
            std::fs::write(school.folder.join("manifest.csv"), manifest).unwrap();
            std::fs::write(
                school.folder.join("orgs.csv"),
                "sourcedId,name,type\nd,District,district\ns,School,school\n",
            )
            .unwrap();
            let header = "sourcedId,enabledUser,orgSourcedIds,role,username,givenName,familyName";
            std::fs::write(school.folder.join("users.csv"), format!("{header}\n{users}\n")).unwrap();
        };
        let roles = || database.rows("SELECT sourced_id FROM roster_roles WHERE is_active ORDER BY 1");
        write("bulk", "1,true,\"d,s\",teacher,ada,Ada,\n2,true,s,administrator,,Bob,\n3,true,,student,,Cleo,");
        assert_eq!(told(&school.run("")), ["0 completed", "roster completed: 8 created"]);
        assert_eq!(roles(), ["1/d/teacher", "1/s/teacher", "2/s/siteAdministrator"]);
        write("delta", "1,true,s,teacher,ada,Ada,");
        assert_eq!(
            told(&school.run(""))[1],
            "roster completed: 4 unchanged, 1 deleted",
            "of those who are named, roles that are not are gone; of others nothing"
        );
        assert_eq!(roles(), ["1/s/teacher", "2/s/siteAdministrator"]);
        write("bulk", "1,true,s,teacher,ada,Ada,\n2,true,s,administrator,,Bob,\n,true,d,student,,Cleo,");
        let outcome = school.run("");
        assert_eq!(
            told(&outcome),
            [
                "3 partial",
                "roster completed: 6 unchanged, 2 errored",
                "  error bad_record at users.csv row 4: role: user is empty",
                "  error bad_record at users.csv row 4: user: sourcedId is empty",
            ],
            "nobody is absent where a key can't be read"
        );
    }
}
