//! A centre that adopted the tables of its application: what a package changes of halls and rooms is projected with it.

use serde_json::json;

use super::scene::Centres;
use crate::adopt::fixtures::{TYPEORM, TYPEORM_MAP};
use crate::adopt::projected;
use crate::support::{Database, data};

const ROOMS: &str = "SELECT b.name, r.number, r.capacity, r.active FROM public.rooms r
                     JOIN public.buildings b ON b.id = r.building_id WHERE b.name = 'Bakı 4' ORDER BY 1, 2";

#[test]
fn an_import_projects_into_the_tables_that_its_centre_adopted() {
    let Some(application) = Database::postgres() else { return };
    let database = Database::sqlite();
    let centres = Centres::new(&database);
    application.execute(TYPEORM);
    let centre =
        centres.centre.clone().env("DATABASE_URL", application.url()).env("DATABASE_SCHEMA", "exams");
    centre.run("migrate").expect(0);
    centre.write("map.toml", 0o644, TYPEORM_MAP);
    let early = centre.run("migrate --adopt --map map.toml").expect(10);
    assert!(early.stderr.contains("no halls pass has completed yet"), "{}", early.stderr);
    let import = |version: u32, options: &str| {
        let file = centres.file(&format!("hall-4-v000{version}.examsync"));
        centre.run(&format!("import {} --json {options}", file.display()))
    };
    centres.export("").expect(0);
    import(1, "").expect(0);
    let plan = centre.run("migrate --adopt --map map.toml --json").expect(4).json()["plan"].clone();
    centre.run(&format!("migrate --adopt --map map.toml --approve {}", plan.as_str().unwrap())).expect(0);
    assert_eq!(application.rows(ROOMS), ["Bakı 4|A|300|1", "Bakı 4|B|300|1"]);

    let rooms = vec![data::room(10, "A", 310), data::room(11, "B", 300), data::room(12, "C", 20)];
    let other = data::hall(5, "Bakı 5", vec![data::room(20, "C", 300)]);
    centres.head.halls(json!([data::hall(4, "Bakı 4", rooms), other])).expect(0);
    centres.export("").expect(0);
    assert_eq!(projected(&import(2, "--dry-run").expect(0), 0), [1, 1, 0]);
    assert_eq!(application.rows(ROOMS), ["Bakı 4|A|300|1", "Bakı 4|B|300|1"], "a dry run writes nothing");
    assert_eq!(projected(&import(2, "").expect(0), 0), [1, 1, 0]);
    assert_eq!(application.rows(ROOMS), ["Bakı 4|A|310|1", "Bakı 4|B|300|1", "Bakı 4|C|20|1"]);
    centres.export("--again").expect(0);
    assert_eq!(projected(&import(3, "").expect(0), 0), [0; 3], "nothing changed");
}
