#!/usr/bin/env python3
"""Writes the page of today and the dashboard in the states that an exam director meets.

states.py PROGRAM FOLDER
"""
import datetime
import json
import os
import sqlite3
import subprocess
import sys
import tempfile

PROGRAM, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
NAMES = ["Bakı Dövlət Universiteti", "28 saylı məktəb", "مدرسة الزهراء", "Gəncə <b>№ 7</b>",
         "Azərbaycan Dövlət Neft və Sənaye Universiteti, ikinci tədris korpusu " + "x" * 120]

# It is noon, in a zone whose sign is the other way round.
now = datetime.datetime.now(datetime.timezone.utc)
AHEAD = 12 - now.hour
ZONE = "Etc/GMT%+d" % -AHEAD
TODAY = (now + datetime.timedelta(hours=AHEAD)).date().isoformat()


def halls(count, rooms, closed=0):
    def hall(i):
        return {"id": i, "name": "%s %d" % (NAMES[i % 5], i), "isActive": 0 if i <= closed else 1,
                "rooms": [{"id": i * 100 + r, "name": "1%02d" % r, "capacity": 30} for r in range(1, rooms + 1)]}
    return [hall(i) for i in range(1, count + 1)]


def counts(start, count, rooms, people):
    return {"startTime": start, "participants": [
        {"hallId": h, "roomId": h * 100 + r, "participantCount": people}
        for h in range(1, count + 1) for r in range(1, rooms + 1)]}


def seats(people):
    return [{"startTime": "15:00", "participants": [
        {"hallId": h, "roomId": r, "profileExamId": i, "placeId": p, "participantId": "P%04d" % i, "participantName": n}
        for h, r, i, p, n in people]}]


class State:
    def __init__(self, name):
        self.name, self.folder = name, tempfile.mkdtemp(prefix="examsync-page-")
        self.env = {"PATH": os.environ["PATH"], "HOME": self.folder, "SYNC_TIMEZONE": ZONE, "SYNC_SITE": "Bakı",
                    "DATABASE_URL": "sqlite:%s/x.db" % self.folder, "SYNC_MAX_DEACTIVATE_PERCENT": "100",
                    "SYNC_ALERT_CHANGE_PERCENT": "100000"}

    def run(self, arguments, code=0, **env):
        ran = subprocess.run([PROGRAM] + arguments, env={**self.env, **env}, capture_output=True, text=True)
        if ran.returncode != code:
            sys.exit("%s: %s ended with %d: %s" % (self.name, arguments, ran.returncode, ran.stderr))
        return ran.stdout

    def pull(self, command, data, code=0, **env):
        feed = os.path.join(self.folder, "feed.json")
        with open(feed, "w", encoding="utf-8") as file:
            json.dump({"data": data}, file)
        self.run(command + ["--from", feed], code, **env)

    def day(self, slots, code=0, **env):
        self.pull(["participants", "--date", TODAY], slots, code, **env)

    def age(self):
        """What changed by now is older than two hours."""
        database = sqlite3.connect(self.folder + "/x.db")
        for table in ("participants", "audit_logs"):
            database.execute("UPDATE %s SET created_at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', created_at, '-4 hours')" % table)
        database.commit()
        database.close()

    def write(self):
        for page, arguments in (("day", ["--date", TODAY]), ("dashboard", [])):
            with open("%s/%s-%s.html" % (FOLDER, page, self.name), "w", encoding="utf-8") as file:
                file.write(self.run(["status", "--format", "html"] + arguments))


def usual(name, count=40, rooms=4):
    state = State(name)
    state.pull(["halls"], halls(count, rooms))
    state.day([counts("15:00", count, rooms, 24), counts("18:00", count, rooms, 20)])
    state.age()
    return state


def main():
    os.makedirs(FOLDER, exist_ok=True)
    usual("healthy").write()
    closed = usual("closed")
    closed.pull(["halls"], halls(40, 4, 12))
    closed.write()
    moved = usual("moved")
    moved.day([counts("16:00", 40, 4, 24), counts("18:00", 40, 4, 20)])
    moved.write()
    swapped = State("swapped")
    swapped.pull(["halls"], halls(5, 2))
    people = [(1, 101, i, i, "Ad %d" % i) for i in range(1, 10)] + [(2, 201, 20 + i, i, "Ad %d" % i) for i in range(1, 6)]
    swapped.day(seats(people))
    swapped.age()
    people[0], people[1], people[2] = (2, 201, 1, 6, "Ad 1"), (1, 101, 2, 3, "Ad 2"), (1, 101, 3, 2, "Ad 3")
    people[3], people[9] = (1, 101, 4, 4, "Yeni <i>ad</i>"), (2, 201, 21, 2, "Ad 1")
    del people[4]
    swapped.day(seats(people))
    swapped.write()
    refused = usual("refused")
    refused.day([counts("15:00", 10, 4, 24), counts("18:00", 10, 4, 20)], 4, SYNC_MAX_DEACTIVATE_PERCENT="20")
    refused.write()
    never = State("never")
    never.pull(["halls"], halls(40, 4))
    never.write()
    large = usual("large", 3000, 1)
    large.pull(["halls"], halls(3000, 1, 20))
    large.day([counts("15:30", 3000, 1, 31), counts("18:00", 2990, 1, 20)])
    large.write()


main()
