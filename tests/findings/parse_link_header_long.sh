#!/usr/bin/env bash
# parse-link-header gives null for a valid Link header of more than 2,000 characters.
#
# A good guess: a Link header is parsed whatever its length, or an error is raised. HTTP servers and Node itself take
# headers of 8 to 16 KiB.
# What happens: over 2,000 characters the answer is null, which is also what it gives where there is no Link header at
# all.
# Why it matters: next pages are often named by a cursor that holds the whole state of the query (filters, sort keys, a
# signature), once for each of next, prev, first and last. The first page's header is short, a later one is longer: the
# loop ends there as if it were the last page, and what was not read looks deleted.
# Seen with: parse-link-header 2.0.0 (npm).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund parse-link-header@2.0.0 >&2

seen=$(cd "$dir" && node -e '
const parse = require("parse-link-header");
const link = (cursor) => ["next", "prev", "first", "last"]
    .map((relation) => `<https://exam.example.com/halls?cursor=${cursor}>; rel="${relation}"`).join(", ");
const show = (header) => { const found = parse(header); return found === null ? "null" : Object.keys(found).join(" "); };
const [short, long] = [400, 500].map((length) => show(link("c".repeat(length))));
console.log(`cursors of 400: ${short}; of 500: ${long}; no header: ${show("")}`);')
echo "$seen"
[ "$seen" = 'cursors of 400: next prev first last; of 500: null; no header: null' ] \
    || { echo 'This is no longer so.'; exit 1; }
