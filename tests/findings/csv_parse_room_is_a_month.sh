#!/usr/bin/env bash
# csv-parse with `cast_date` reads "Room 12" as December 2001, "Room 101" as the year 101, and "Room 13" as text.
#
# A good guess: `cast_date` turns what looks like a date (2027-06-01) into one, and a label with a word in it stays
# text.
# What happens: each value goes through V8's `Date.parse`, which skips words, and takes a number for a month where it
# can be one, and a larger one for a year. The rooms 1 to 12 become months of 2001, 13 to 31 stay text, 32 and above
# become years. "Hall 4" and "School 7" are dates, too.
# Why it matters: halls and rooms are named in this way. In one column of a roster or of a list for the door, some rooms
# are dates then, and some are not. As a date, the name of the room is gone.
# Seen with: csv-parse 7.0.3 (npm), Node.js 20.20.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund csv-parse@7.0.3 >&2

seen=$(cd "$dir" && TZ=UTC node -e '
const { parse } = require("csv-parse/sync");
const text = "room\nRoom 1\nRoom 12\nRoom 13\nRoom 32\nRoom 101\nHall 4\n5.B\n";
const rows = parse(text, { columns: true, cast: true, cast_date: true });
console.log(rows.map(({ room }) => (room instanceof Date ? room.toISOString().slice(0, 10) : room)).join(", "));')
echo "$seen"
[ "$seen" = '2001-01-01, 2001-12-01, Room 13, 2032-01-01, 0101-01-01, 2001-04-01, 5.B' ] \
    || { echo 'This is no longer so.'; exit 1; }
