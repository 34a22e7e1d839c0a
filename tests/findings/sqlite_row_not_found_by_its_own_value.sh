#!/usr/bin/env bash
# Django and SQLAlchemy read a uuid and a time of a SQLite row, and do not find the row by them.
#
# A good guess: a model that reads uid = 0190163d-… and start_time = 09:00 from a row finds that row when it filters by
# the same values.
# What happens: SQLite has neither type, so each ORM writes a text of its own and compares as text. Django's UUIDField
# and SQLAlchemy's Uuid ask for 32 digits without hyphens; SQLAlchemy's Time asks for '09:00:00.000000'; Django's
# DateTimeField asks for '2027-06-01 09:00:00' where the row has '…00.000'. All of them read the usual text, and none
# finds it. Dates work.
# Why it matters: the table was made by another program, as uuids with hyphens and times as HH:MM:SS, the way PostgreSQL
# prints them. The page of a person shows, the link to it by uid is empty, and nothing starts at 09:00.
# Seen with: Django 5.2.19, SQLAlchemy 2.1.9 (Python 3.11 with its own SQLite).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check Django==5.2.19 SQLAlchemy==2.1.9 >&2
cd "$dir"

venv/bin/python - <<'PY'
import datetime, sqlite3, sys, uuid

with sqlite3.connect("exams.db") as database:
    database.execute("CREATE TABLE participants (id INTEGER PRIMARY KEY, uid TEXT, exam_date TEXT, start_time TEXT, "
                     "updated_at TEXT)")
    database.execute("INSERT INTO participants VALUES (1, '0190163d-8694-739b-aea5-966c26f8ad91', '2027-06-01', "
                     "'09:00:00', '2027-06-01 09:00:00.000')")
COLUMNS = ("uid", "exam_date", "start_time", "updated_at")

import django
from django.conf import settings
settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "exams.db"}}, USE_TZ=False)
django.setup()
from django.db import models

class Participant(models.Model):
    uid = models.UUIDField()
    exam_date = models.DateField()
    start_time = models.TimeField()
    updated_at = models.DateTimeField()
    class Meta:
        app_label, db_table, managed = "exams", "participants", False

row = Participant.objects.get()
by_django = {name: Participant.objects.filter(**{name: getattr(row, name)}).count() for name in COLUMNS}

import sqlalchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

class Base(DeclarativeBase):
    pass

class Person(Base):
    __tablename__ = "participants"
    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[uuid.UUID]
    exam_date: Mapped[datetime.date]
    start_time: Mapped[datetime.time]
    updated_at: Mapped[datetime.datetime]

with Session(sqlalchemy.create_engine("sqlite:///exams.db")) as session:
    person = session.scalars(sqlalchemy.select(Person)).one()
    count = lambda column, value: session.scalar(sqlalchemy.select(sqlalchemy.func.count()).where(column == value))
    by_sqlalchemy = {name: count(getattr(Person, name), getattr(person, name)) for name in COLUMNS}
    same = all(getattr(row, name) == getattr(person, name) for name in COLUMNS)

print("Both read the same:", same, "- found by Django:", by_django, "- by SQLAlchemy:", by_sqlalchemy)
as_stated = (same, list(by_django.values()), list(by_sqlalchemy.values())) == (True, [0, 1, 1, 0], [0, 1, 0, 0])
sys.exit(0 if as_stated else "This is no longer so.")
PY
