#!/usr/bin/env bash
# An exam day of 200 centres with 400 people each: packages down, three waves of marks, and results that come up late, not
# at all the first time, or from two copies of one database. At its end every mark is at head office, and every
# disagreement is in sync_conflicts, or the script fails.
#
#     tests/exam_day.sh [CENTRES [PEOPLE]]
#
# Needs python3. It is not part of the tests in CI: it takes minutes. All files are left in target/exam-day/.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --locked --bin examsync
export EXAMSYNC="$PWD/target/debug/examsync"
exec python3 tests/exam-day/run.py "$PWD/target/exam-day" "${1:-200}" "${2:-400}"
