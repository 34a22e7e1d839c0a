"""What head office said of the results, and whether all of it is where it should be."""

import json
from collections import Counter, defaultdict


class Record:
    """Counts what the imports came to, and checks the end of the day."""

    def __init__(self, head):
        self.head = head
        self.files, self.codes, self.forks = Counter(), Counter(), 0

    def imported(self, report, centre):
        self.codes[report["exit_code"]] += 1
        self.forks += report["forked"]
        codes = [warning["code"] for warning in report["syncs"][0]["warnings"]]
        self.files["superseded" if "superseded" in codes else "merged"] += 1

    def conflicts(self):
        """The centre's decisions that are in conflict, by person, with their state."""
        found = {}
        sql = "SELECT key, centre, state FROM sync_conflicts ORDER BY id"
        for key, centre, state in self.head.rows(sql):
            person, centre = json.loads(key)["external_profile_exam_id"], json.loads(centre)
            stamp = (centre["marked_at"] or "").replace("T", " ").replace("Z", "")
            found.setdefault(person, {})[(centre["status"], stamp, centre["marked_by"])] = state
        return found

    def changed(self):
        """What head office had before it took another decision, and whose that was: both had agreed on it then."""
        found = defaultdict(set)
        sql = "SELECT metadata, old_value, new_value FROM audit_logs WHERE action = 'attendance_imported'"
        for row in self.head.rows(sql):
            about, old, new = map(json.loads, row)
            found[about["external_profile_exam_id"]].add((old["status"], new["marked_by"]))
        return found

    def check(self, centres, copies, people, sticks):
        head, conflicts, changed = self.head.decisions(), self.conflicts(), self.changed()
        faults, taken, agreed, disagree, known = [], 0, 0, 0, 0
        for centre in [*centres, *copies]:
            for person, decision in centre.decisions().items():
                own = head.get(person)
                recorded = conflicts.get(person, {}).get(tuple(decision))
                if own == decision:
                    taken += 1
                elif own is not None and own[0] == decision[0]:
                    agreed += 1
                elif recorded is not None:
                    disagree += 1
                elif self.was_known(centre, person, decision, own, copies) or (decision[0], own[2]) in changed[person]:
                    known += 1
                else:
                    faults.append((centre.folder.name, person, decision, own))
        opened = sum(state == "open" for states in conflicts.values() for state in states.values())
        print(f"{people} people, {len(centres)} centres, {self.forks} forks approved, {len(copies)} copies")
        print(f"sticks: {sticks['late']} late, {sticks['lost']} lost; {dict(self.files)}; exit codes {dict(self.codes)}")
        print(f"marks at the centres: {taken} are head office's, {agreed} agree with it, {disagree} are in conflict,"
              f" {known} were changed by those who knew of them")
        print(f"conflicts: {opened} open of {sum(map(len, conflicts.values()))}; faults: {len(faults)}")
        for fault in faults[:10]:
            print("lost:", *fault)
        wrong = self.forks != len(copies)
        return 1 if faults or wrong else 0

    @staticmethod
    def was_known(centre, person, decision, own, copies):
        """Whether head office has another decision because whoever made that one had this one before."""
        if decision[2] != centre.marker:
            # A copy has it from the time when there was one database; the first one changed it since.
            return True
        made_by = [copy for copy in copies if own is not None and copy.marker == own[2]]
        return any(copy.inherited.get(person) == decision for copy in made_by)
