//! Typed values: what a database holds of each, and that it comes back as it was.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use examsync::store::error::StoreError;
use serde_json::{Value, json};
use uuid::Uuid;

use super::connection;
use crate::support::database::on_both_databases;
use crate::support::{Database, Kind};

// The name is one of ours: the program finds no other in its schema.
const SQLITE: &str =
    "CREATE TABLE validators (at text, day text, start text, document text, uid text, yes integer,
    small integer, large integer, words text)";
const POSTGRES: &str =
    "CREATE TABLE validators (at timestamptz, day date, start time, document jsonb, uid uuid, yes boolean,
    small integer, large bigint, words text)";
const INSERT: &str = "INSERT INTO validators VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const UID: &str = "0b5ad1f0-6c3e-4b5a-9d3c-2f6a4ee0c1d2";

on_both_databases! {
    fn each_type_has_the_form_of_the_contract_and_comes_back(database) {
        let mut connection = connection(database);
        connection.execute(database.pick(SQLITE, POSTGRES)).unwrap();
        let at: DateTime<Utc> = "2027-05-20T06:07:08.009876Z".parse().unwrap();
        let day: NaiveDate = "2027-05-20".parse().unwrap();
        let start: NaiveTime = "09:00:00".parse().unwrap();
        let document = json!({ "name": "Bakı \"1\"", "people": [1, null, 2.5] });
        let uid: Uuid = UID.to_uppercase().parse().unwrap();
        let (small, large, words) = (i32::MAX, i64::MIN, "it's $1");
        connection
            .run(INSERT, &[&at, &day, &start, &document, &uid, &true, &small, &large, &words])
            .unwrap();

        assert_eq!(
            database.rows("SELECT * FROM validators"),
            [format!(
                "2027-05-20 06:07:08.009|2027-05-20|09:00:00|{document}|{UID}|1|{small}|{large}|{words}"
            )]
        );
        let milliseconds: DateTime<Utc> = "2027-05-20T06:07:08.009Z".parse().unwrap();
        assert_eq!(connection.values("SELECT at AS value FROM validators WHERE at = $1", &[&at]), Ok(vec![milliseconds]));
        assert_eq!(connection.values("SELECT day AS value FROM validators WHERE day = $1", &[&day]), Ok(vec![day]));
        assert_eq!(connection.values("SELECT start AS value FROM validators WHERE start = $1", &[&start]), Ok(vec![start]));
        assert_eq!(connection.values("SELECT document AS value FROM validators", &[]), Ok(vec![document]));
        assert_eq!(connection.values("SELECT uid AS value FROM validators WHERE uid = $1", &[&uid]), Ok(vec![uid]));
        assert_eq!(connection.values("SELECT yes AS value FROM validators WHERE yes = $1", &[&true]), Ok(vec![true]));
        assert_eq!(connection.values("SELECT small AS value FROM validators WHERE small = $1", &[&small]), Ok(vec![small]));
        assert_eq!(connection.values("SELECT large AS value FROM validators WHERE large = $1", &[&large]), Ok(vec![large]));
        let read: Vec<String> = connection.values("SELECT words AS value FROM validators WHERE words = $1", &[&words]).unwrap();
        assert_eq!(read, [words]);
    }

    fn null_is_none_of_each_type(database) {
        let mut connection = connection(database);
        connection.execute(database.pick(SQLITE, POSTGRES)).unwrap();
        let (at, day, start) = (None::<DateTime<Utc>>, None::<NaiveDate>, None::<NaiveTime>);
        let (document, uid, yes) = (None::<Value>, None::<Uuid>, None::<bool>);
        let (small, large, words) = (None::<i32>, None::<i64>, None::<&str>);
        connection.run(INSERT, &[&at, &day, &start, &document, &uid, &yes, &small, &large, &words]).unwrap();

        assert_eq!(database.cells("SELECT * FROM validators"), [vec![None; 9]]);
        assert_eq!(connection.values("SELECT at AS value FROM validators", &[]), Ok(vec![at]));
        assert_eq!(connection.values("SELECT document AS value FROM validators", &[]), Ok(vec![document]));
        assert_eq!(connection.values("SELECT uid AS value FROM validators", &[]), Ok(vec![uid]));
        assert_eq!(
            connection.values::<DateTime<Utc>>("SELECT at AS value FROM validators", &[]),
            Err(StoreError::Other("Unexpected null for non-null column".into()))
        );
    }

    fn a_list_is_one_parameter(database) {
        let mut connection = connection(database);
        let list = json!([
            { "id": i64::MAX, "name": "a'b", "going": true },
            { "id": 2, "name": null, "going": false },
        ]);
        let of = "FROM json_each($1) AS item ORDER BY 1";
        let ids: Vec<i64> =
            connection.values(&format!("SELECT (item.value ->> 'id')::bigint AS value {of}"), &[&list]).unwrap();
        assert_eq!(ids, [2, i64::MAX]);
        let going: Vec<bool> =
            connection.values(&format!("SELECT (item.value ->> 'going')::boolean AS value {of}"), &[&list]).unwrap();
        assert_eq!(going, [false, true]);
        let names: Vec<Option<String>> = connection
            .values("SELECT item.value ->> 'name' AS value FROM json_each($1) AS item WHERE 2 = $2", &[&list, &2])
            .unwrap();
        assert_eq!(names, [Some("a'b".to_owned()), None]);
        let none: Vec<i64> = connection
            .values("SELECT 1 AS value WHERE 1 IN (SELECT (item.value ->> 'id')::bigint FROM json_each($1) AS item)", &[&json!([])])
            .unwrap();
        assert!(none.is_empty());
    }
}

on_both_databases! {
    fn a_row_that_cannot_be_read_is_passed_over(database) {
        let mut connection = connection(database);
        connection.execute(database.pick(SQLITE, POSTGRES)).unwrap();
        let good = "2027-05-20 06:07:08";
        let bad: &[&str] = match database.kind() {
            Kind::Sqlite => &["2027-05-20", "x", "", "10000-01-01 00:00:00"],
            Kind::Postgres => &["infinity", "-infinity", "294276-01-01", "4713-01-01 BC", "10000-01-01"],
        };
        for (line, text) in bad.iter().chain([&good]).enumerate() {
            connection.execute(&format!("INSERT INTO validators (at, large) VALUES ('{text}', {line})")).unwrap();
        }
        let at: DateTime<Utc> = "2027-05-20T06:07:08Z".parse().unwrap();
        assert_eq!(connection.values("SELECT at AS value FROM validators ORDER BY large", &[]), Ok(vec![at]));
        // A column that is not there, or of another type, is a defect and no row of another program.
        assert!(connection.values::<i64>("SELECT 1 AS other", &[]).is_err());
    }

    fn a_date_that_cannot_be_read_is_passed_over(database) {
        let mut connection = connection(database);
        connection.execute(database.pick(SQLITE, POSTGRES)).unwrap();
        let bad: &[&str] = match database.kind() {
            Kind::Sqlite => &["2027-02-30", "x", "", "10000-01-01"],
            Kind::Postgres => &["infinity", "-infinity", "5874897-12-31", "4713-01-01 BC", "10000-01-01"],
        };
        for (line, text) in bad.iter().chain([&"2027-05-20"]).enumerate() {
            connection.execute(&format!("INSERT INTO validators (day, large) VALUES ('{text}', {line})")).unwrap();
        }
        let day: NaiveDate = "2027-05-20".parse().unwrap();
        assert_eq!(connection.values("SELECT day AS value FROM validators ORDER BY large", &[]), Ok(vec![day]));
    }
}

#[test]
fn what_is_no_value_in_sqlite_is_passed_over() {
    let database = Database::sqlite();
    let mut connection = connection(&database);
    assert_eq!(connection.values::<NaiveTime>("SELECT '9 am' AS value", &[]), Ok(vec![]));
    assert_eq!(connection.values::<Uuid>("SELECT 'x' AS value", &[]), Ok(vec![]));
    assert_eq!(connection.values::<Value>("SELECT '{\"name\": \"Aysel' AS value", &[]), Ok(vec![]));
}
