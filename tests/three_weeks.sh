#!/usr/bin/env bash
# Three weeks of an installation, pass by pass, on a clock of their own (faketime): 126 passes with outages, a token's
# end, a shrinking feed and seats that move on exam mornings, on SQLite and on PostgreSQL. What each alert, mail and
# morning's `status` says is checked by tests/three-weeks/checks.py.
#
#     tests/three_weeks.sh [sqlite|postgres]...
#
# Needs faketime, python3 and PostgreSQL's server programs (apt-get install -y faketime python3 postgresql). It is not
# part of the tests in CI: it takes minutes. All that was said is left in target/three-weeks/.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --locked --bin examsync --example mock-api
export EXAMSYNC="$PWD/target/debug/examsync" MOCK_API="$PWD/target/debug/examples/mock-api"
code=0
for database in "${@:-sqlite postgres}"; do
    for one in $database; do
        python3 tests/three-weeks/run.py "$one" "$PWD/target/three-weeks/$one" || code=1
    done
done
exit "$code"
