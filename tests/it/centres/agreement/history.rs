//! One random history of head office and a centre, against what each decision knew of the others.
//!
//! A history is what happens to one person. The people of a run share its files, which are lost, late, doubled and
//! reordered. A decision bears its number as its marker.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::random::Random;
use super::recorded;
use crate::centres::scene::{Centres, person};
use crate::support::{Database, data};

const STATUSES: [&str; 4] = ["present", "absent", "late", "excused"];
const ROWS: &str =
    "SELECT external_profile_exam_id, coalesce(attendance_marked_by, 0), attendance_status, attendance_marked
                    FROM participants WHERE external_profile_exam_id < 1000 ORDER BY 1";

/// A decision, and those that whoever made it knew of.
struct Decision {
    status: Option<&'static str>,
    knew: BTreeSet<usize>,
}

/// A file on its way: what it says of each person, and what its writer had taken note of.
#[derive(Clone)]
struct Sent {
    file: String,
    says: Vec<usize>,
    noted: Vec<BTreeSet<usize>>,
}

/// One run of several people.
pub(super) struct History<'a> {
    pub(super) centres: Centres<'a>,
    people: usize,
    random: Random,
    /// By number; the first one is none.
    decisions: Vec<Decision>,
    head: Vec<usize>,
    centre: Vec<usize>,
    /// The centre's decisions that head office took, agreed with or resolved.
    noted: Vec<BTreeSet<usize>>,
    away: Vec<bool>,
    packages: Vec<Sent>,
    results: Vec<Sent>,
}

impl<'a> History<'a> {
    pub(super) fn new(database: &'a Database, people: usize, seed: u64) -> Self {
        Self {
            centres: Centres::with_people(database, i64::try_from(people).unwrap()),
            people,
            random: Random::new(seed),
            decisions: vec![Decision { status: None, knew: BTreeSet::new() }],
            head: vec![0; people],
            centre: vec![0; people],
            noted: vec![BTreeSet::from([0]); people],
            away: vec![false; people],
            packages: Vec::new(),
            results: Vec::new(),
        }
    }

    /// One thing that happens.
    pub(super) fn step(&mut self) {
        match self.random.below(16) {
            0..=2 => self.decide(true),
            3..=5 => self.decide(false),
            6 | 7 => self.write_package(),
            8 | 9 => self.deliver_package(),
            10 | 11 => self.write_results(),
            12 | 13 => self.deliver_results(),
            14 => self.move_people(),
            _ => self.resolve(),
        }
    }

    /// A package down and results up, with nothing lost and nothing late: what was lost before is written again.
    pub(super) fn exchange(&mut self) {
        self.packages.clear();
        self.results.clear();
        if let Some(sent) = self.new_package("--again") {
            self.import_package(&sent);
        }
        if let Some(sent) = self.new_results("--again") {
            self.import_results(&sent);
        }
    }

    /// Everybody is where the hall has them.
    pub(super) fn bring_back(&mut self) {
        self.away.fill(false);
        self.pull();
    }

    /// The people of whom both ends do not say the same, and whether an audit row or a conflict names each.
    pub(super) fn disagreements(&self) -> Vec<(usize, bool)> {
        let value = |decision: usize| self.decisions[decision].status;
        let named = recorded::named(self.centres.head.database);
        (0..self.people)
            .filter(|one| value(self.head[*one]) != value(self.centre[*one]))
            .map(|one| (one, named.contains(&(one + 1))))
            .collect()
    }

    fn decide(&mut self, at_head: bool) {
        let mut sql = String::new();
        for one in 0..self.people {
            if self.random.below(4) > 0 {
                continue;
            }
            let before = if at_head { self.head[one] } else { self.centre[one] };
            let mut knew = self.decisions[before].knew.clone();
            knew.insert(before);
            if at_head {
                knew.extend(&self.noted[one]);
            }
            let status = (self.random.below(5) > 0).then(|| STATUSES[self.random.below(4)]);
            let number = self.decisions.len();
            self.decisions.push(Decision { status, knew });
            let marked = match status {
                Some(status) => format!("(1 = 1), attendance_status = '{status}'"),
                None => "(1 = 0), attendance_status = NULL".to_owned(),
            };
            let (hours, minutes) = (8 + number / 3_600, number / 60 % 60);
            sql.push_str(&format!(
                "UPDATE participants SET attendance_marked = {marked}, attendance_marked_by = {number},
                 attendance_marked_at = '2026-05-01 {hours:02}:{minutes:02}:{:02}.000'
                 WHERE external_profile_exam_id = {};",
                number % 60,
                one + 1
            ));
            if at_head {
                self.head[one] = number;
            } else {
                self.centre[one] = number;
            }
        }
        if at_head {
            self.centres.head.database.execute(&sql);
        } else if self.has_package() {
            self.centres.centre_database.execute(&sql);
        }
        // A row that no package brought yet can't be marked.
        self.centre = self.rows(false);
    }

    fn has_package(&self) -> bool {
        self.centres.centre_database.file().exists()
    }

    /// The decision that each row has now; none where there is no row.
    fn rows(&self, at_head: bool) -> Vec<usize> {
        let mut numbers = vec![0; self.people];
        if !at_head && !self.has_package() {
            return numbers;
        }
        let database = if at_head { self.centres.head.database } else { &self.centres.centre_database };
        for row in database.cells(ROWS) {
            let read = |index: usize| row[index].as_deref().unwrap().parse::<usize>().unwrap();
            let (person, number, decision) = (read(0), read(1), &self.decisions[read(1)]);
            assert_eq!(row[2].as_deref(), decision.status, "the four columns are one value");
            assert_eq!(row[3].as_deref() == Some("1"), decision.status.is_some());
            numbers[person - 1] = number;
        }
        numbers
    }

    fn new_package(&self, options: &str) -> Option<Sent> {
        let written = self.centres.export(options).expect(0).json();
        let file = written["packages"][0]["file"].as_str()?.to_owned();
        Some(Sent { file, says: self.head.clone(), noted: self.noted.clone() })
    }

    fn new_results(&self, options: &str) -> Option<Sent> {
        if !self.has_package() {
            return None;
        }
        let written = self.centres.write_results(options).expect(0).json();
        let file = written["packages"][0]["file"].as_str()?.to_owned();
        Some(Sent { file, says: self.centre.clone(), noted: Vec::new() })
    }

    fn write_package(&mut self) {
        if let Some(sent) = self.new_package("").filter(|_| self.random.below(5) > 0) {
            self.packages.push(sent);
        }
    }

    fn write_results(&mut self) {
        if let Some(sent) = self.new_results("").filter(|_| self.random.below(5) > 0) {
            self.results.push(sent);
        }
    }

    fn deliver_package(&mut self) {
        if let Some(sent) = self.random.pick(&mut self.packages) {
            self.import_package(&sent);
        }
    }

    fn deliver_results(&mut self) {
        if let Some(sent) = self.random.pick(&mut self.results) {
            self.import_results(&sent);
        }
    }

    /// Nothing of the centre goes that head office had not taken note of when it wrote the package.
    fn import_package(&mut self, sent: &Sent) {
        let outcome = self.centres.centre.run(&format!("import {} --json", sent.file));
        assert!([0, 4].contains(&outcome.code), "{outcome:?}");
        let now = self.rows(false);
        let before = std::mem::replace(&mut self.centre, now);
        for (one, (was, is)) in before.iter().zip(&self.centre).enumerate() {
            if was == is {
                continue;
            }
            let (old, new) = (&self.decisions[*was], &self.decisions[*is]);
            assert_eq!(*is, sent.says[one], "it is what the package says");
            assert!(
                new.knew.contains(was) || sent.noted[one].contains(was) || old.status == new.status,
                "decision {was} of person {} was lost at the centre by {is}",
                one + 1
            );
        }
    }

    /// Nothing of head office goes that the centre had not known, and nothing of the centre is passed over.
    fn import_results(&mut self, sent: &Sent) {
        let earlier = recorded::conflicts(self.centres.head.database);
        let outcome = self.centres.head.run(&format!("import {}", sent.file));
        assert!([0, 3].contains(&outcome.code), "{outcome:?}");
        let report = outcome.json();
        let is_superseded = |warning: &Value| warning["code"] == "superseded";
        let superseded = report["syncs"][0]["warnings"].as_array().unwrap().iter().any(is_superseded);
        let now = self.rows(true);
        let before = std::mem::replace(&mut self.head, now);
        let head = self.centres.head.database;
        let (imported, conflicts) = (recorded::imported(head), recorded::conflicts(head));
        for (one, (was, is)) in before.into_iter().zip(self.head.clone()).enumerate() {
            let (said, number) = (sent.says[one], one + 1);
            if was != is {
                assert_eq!(is, said, "person {number}: what is new at head office is what the results say");
                assert!(self.decisions[is].knew.contains(&was), "{was} of person {number} was lost by {is}");
                assert!(imported.contains(&(number, is)), "{is} of person {number} was not audited");
            } else if was != said && !superseded {
                let alike = self.decisions[was].status == self.decisions[said].status;
                let noted = self.decisions[was].knew.contains(&said) || self.noted[one].contains(&said);
                assert!(
                    alike || noted || conflicts.contains_key(&(number, said)),
                    "decision {said} of person {number} was passed over for {was}"
                );
            }
            let is_new = conflicts.contains_key(&(number, said)) && !earlier.contains_key(&(number, said));
            assert!(
                !is_new || !self.decisions[said].knew.contains(&was),
                "{said} of person {number} knew {was}"
            );
            if !superseded && conflicts.get(&(number, said)) != Some(&false) {
                self.noted[one].insert(said);
            }
        }
    }

    /// Resolves what is open, each for a side of its own.
    pub(super) fn resolve(&mut self) {
        let mut ids: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (id, person, said) in recorded::open(self.centres.head.database) {
            let side = if self.random.below(2) == 0 { "head" } else { "centre" };
            ids.entry(side).or_default().push(id.to_string());
            self.noted[person - 1].insert(said);
        }
        for (side, ids) in ids {
            self.centres
                .head
                .run(&format!("conflicts take {} {side} --reason test", ids.join(" ")))
                .expect(0);
        }
        self.head = self.rows(true);
    }

    /// Some people move to hall 5, or back.
    fn move_people(&mut self) {
        for _ in 0..2 {
            let one = self.random.below(self.people);
            self.away[one] = !self.away[one];
        }
        self.pull();
    }

    fn pull(&self) {
        let people = self.away.iter().zip(1_i64..).map(|(away, number)| match away {
            true => data::seat(5, 20, number, number, &format!("Aygün Məmmədova {number}")),
            false => person(number),
        });
        self.centres.pull(people);
    }
}
