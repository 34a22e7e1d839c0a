#!/usr/bin/env bash
# The natural sorts of npm take seats like 1-10-1 (block, row, seat) for dates, and sort them by their last number.
#
# A good guess: seats of three numbers are ordered by block, then by row, then by seat: 1-1-31, 1-2-1, 1-9-1, 1-10-1,
# 2-1-1. Python's natsort and Intl.Collator with `numeric` do so.
# What happens: javascript-natural-sort, natural-sort and natural-orderby look for dates first. 1-10-1 is 10 January
# 2001 and 1-1-31 is in 2031, so that seat 31 of block 1 comes after block 2. With a first number above 12 the label is
# no date, and is compared with the others in another way: natural-orderby puts 13-01-01 before 12-01-03.
# Why it matters: a list for the door is walked along the rows. Seats of two numbers (1-9, 1-10) are sorted right, so
# that a trial in a small room shows nothing.
# Seen with: javascript-natural-sort 0.7.1, natural-sort 1.0.0, natural-orderby 5.0.0 (npm), natsort 8.4.0 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund javascript-natural-sort@0.7.1 natural-sort@1.0.0 \
    natural-orderby@5.0.0 >&2
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check natsort==8.4.0 >&2

by_node=$(cd "$dir" && TZ=UTC node -e '
const sorts = { "javascript-natural-sort": require("javascript-natural-sort"), "natural-sort": require("natural-sort")(),
    "natural-orderby": require("natural-orderby").compare(), "Intl.Collator": new Intl.Collator("en", { numeric: true }).compare };
for (const [name, compare] of Object.entries(sorts)) {
    const seats = ["2-1-1", "1-10-1", "1-9-1", "1-2-1", "1-1-31"].sort(compare);
    const blocks = ["12-01-03", "12-02-01", "13-01-01"].sort(compare);
    console.log(`${name}: ${seats.join(" ")}; ${blocks.join(" ")}`);
}')
by_python=$("$dir/venv/bin/python" -c '
from natsort import natsorted
print("natsort:", *natsorted(["2-1-1", "1-10-1", "1-9-1", "1-2-1", "1-1-31"]))')
printf '%s\n' "$by_node" "$by_python"
wrong='1-2-1 1-9-1 1-10-1 2-1-1 1-1-31' right='1-1-31 1-2-1 1-9-1 1-10-1 2-1-1'
[ "$by_node" = "$(printf '%s\n' "javascript-natural-sort: $wrong; 12-02-01 12-01-03 13-01-01" \
    "natural-sort: $wrong; 12-02-01 12-01-03 13-01-01" "natural-orderby: $wrong; 13-01-01 12-02-01 12-01-03" \
    "Intl.Collator: $right; 12-01-03 12-02-01 13-01-01")" ] && [ "$by_python" = "natsort: $right" ] \
    || { echo 'This is no longer so.'; exit 1; }
