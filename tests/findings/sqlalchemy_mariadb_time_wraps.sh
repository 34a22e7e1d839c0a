#!/usr/bin/env bash
# SQLAlchemy reads the TIME 24:00 of MariaDB as 00:00, and 25:30 as 01:30.
#
# A good guess: an exam that ends at 24:00 comes as a timedelta of one day, as the driver gives it, or as an error,
# because Python's `time` has no 24:00.
# What happens: SQLAlchemy makes a `time` of the driver's timedelta, of its seconds without its days. 24:00 is 00:00,
# the start of the same day; 25:30 is 01:30.
# Why it matters: MariaDB's TIME is a span of up to 838 hours, and 24:00 is how the end of a day is written there. Read
# in this way an exam ends before it starts.
# Seen with: SQLAlchemy 2.1.9, PyMySQL 1.1.2 (Python), MariaDB 10.11.19 (Debian bookworm).
set -euo pipefail
command -v mariadbd >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -yqq mariadb-server >&2
dir=$(mktemp -d)
finish() { [ ! -e "$dir/pid" ] || kill "$(cat "$dir/pid")" 2>/dev/null || true; wait; rm -rf "$dir"; }
trap finish EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check SQLAlchemy==2.1.9 PyMySQL==1.1.2 >&2

user=$(id -un)
mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db \
    --user="$user" >/dev/null 2>&1
mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --user="$user" 2>"$dir/log" &
for _ in $(seq 60); do mariadb --no-defaults -u root -S "$dir/socket" -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.5; done
mariadb --no-defaults -u root -S "$dir/socket" -e "CREATE DATABASE exams; USE exams;
    CREATE TABLE slots (id int PRIMARY KEY, ends time); INSERT INTO slots VALUES (1, '22:30'), (2, '24:00'), (3, '25:30')"

seen=$("$dir/venv/bin/python" - "$dir/socket" <<'PY'
import sys
import pymysql, sqlalchemy

cursor = pymysql.connect(user="root", database="exams", unix_socket=sys.argv[1]).cursor()
cursor.execute("SELECT ends FROM slots ORDER BY id")
print(", ".join(str(row[0]) for row in cursor))
engine = sqlalchemy.create_engine("mysql+pymysql://root@/exams?unix_socket=" + sys.argv[1])
slots = sqlalchemy.Table("slots", sqlalchemy.MetaData(), autoload_with=engine)
with engine.connect() as connection:
    print(", ".join(str(end) for end in connection.scalars(sqlalchemy.select(slots.c.ends).order_by(slots.c.id))))
PY
)
echo "$seen"
[ "$seen" = "$(printf '%s\n' '22:30:00, 1 day, 0:00:00, 1 day, 1:30:00' '22:30:00, 00:00:00, 01:30:00')" ] \
    || { echo 'This is no longer so.'; exit 1; }
