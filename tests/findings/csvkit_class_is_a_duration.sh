#!/usr/bin/env bash
# csvkit reads the classes 5D, 6D and 7D as durations, and writes "5 days, 0:00:00" for 5D.
#
# A good guess: what is neither a number nor a date stays text, so class 5D (the fifth year, group D) comes out as it
# went in.
# What happens: csvsort, csvjoin, csvjson and csvlook take a column whose every value reads as a duration for durations,
# in which D, H, M, S and W are units. 5D is "5 days, 0:00:00", 5H is 5:00:00, 5M is 0:05:00. csvsql makes DATETIME of
# it. One class 5A in the same file, and all stay as they are.
# Why it matters: the list of one room or of one course holds a few classes only, and those may well be 5D and 6D alone.
# Sorting such a roster for the door changes it, and the next import makes new classes. `--no-inference` keeps the text.
# Seen with: csvkit 2.2.0, agate 1.14.2 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check csvkit==2.2.0 agate==1.14.2 >&2
export PATH="$dir/venv/bin:$PATH"

sorted() {
    printf '%s\n' class,people "$@" | csvsort "${options[@]}" 2>/dev/null \
        | tail -n +2 | cut -d'"' -f2 | cut -d, -f1-2 | paste -sd'|'
}
options=()
few=$(sorted 5D,28 6D,30 7D,26)
with_another=$(sorted 5A,30 5D,28 6D,30)
options=(--no-inference)
as_text=$(sorted 5D,28 6D,30 7D,26)
type=$(printf 'class,people\n5D,28\n6D,30\n' | csvsql --tables classes 2>/dev/null | grep -o 'class [A-Z]*')
echo "5D 6D 7D: $few; with 5A: $with_another; --no-inference: $as_text; csvsql: $type"
[ "$few" = '5 days, 0:00:00|6 days, 0:00:00|7 days, 0:00:00' ] && [ "$with_another" = '5A,30|5D,28|6D,30' ] \
    && [ "$as_text" = '5D,28|6D,30|7D,26' ] && [ "$type" = 'class DATETIME' ] \
    || { echo 'This is no longer so.'; exit 1; }
