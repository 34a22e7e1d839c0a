#!/usr/bin/env bash
# csvkit and frictionless read room 1_01 as the number 101, and csvjoin joins it with room 101.
#
# A good guess: 1_01 (building 1, room 01) is no number in any CSV, so that it stays text.
# What happens: both libraries give the text to Python's own number types, which take `_` between digits as programmers
# write it. Room 1_01 comes out as 101, and is one with another building's room 101. DuckDB keeps it as text.
# Why it matters: rooms and seats are labelled by people, `_` divides building and room, row and seat. Two rooms that
# become one are never noticed as an error: they are a room with twice the people.
# Seen with: csvkit 2.2.0 with agate 1.14.2, frictionless 5.21.0, duckdb 2.0.1 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 frictionless==5.21.0 duckdb==2.0.1 >&2
cd "$dir"

printf 'seat,room\nA1,1_01\nA2,1_02\n' > seats.csv
printf 'room,capacity\n101,30\n' > rooms.csv
joined=$(venv/bin/csvjoin -c room seats.csv rooms.csv 2>/dev/null | tail -n +2)
others=$(venv/bin/python - <<'PY'
import duckdb
from frictionless import Resource
print([row["room"] for row in Resource("seats.csv").read_rows()],
      [row[0] for row in duckdb.sql("SELECT room FROM read_csv('seats.csv')").fetchall()])
PY
)
echo "csvjoin of 1_01 and 101: $joined; frictionless and duckdb: $others"
[ "$joined" = 'A1,101,30' ] && [ "$others" = "[101, 102] ['1_01', '1_02']" ] || { echo 'This is no longer so.'; exit 1; }
