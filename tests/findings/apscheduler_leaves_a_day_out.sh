#!/usr/bin/env bash
# APScheduler runs a daily job at 00:05 not at all on the day of Cairo's spring change, but one at 02:05 in Prague's.
#
# A good guess: a time that the clocks leave out is either always skipped or always made up for. croniter and
# cron-parser run the job at 01:00 or 01:05.
# What happens: where the hour that is left out is the first of the day (Cairo, Beirut, Santiago), the next run is 24
# hours later: a day without a run. Where it is in the night (Prague), the job runs, at 02:05 of the old offset, which
# is 03:05.
# Why it matters: a pull shortly after midnight is how "today" is brought up. On that morning the data is a day old, on
# one day of the year, in some countries, and in no test that was made with Prague.
# Seen with: APScheduler 3.11.3, croniter 7.0.0, tzdata 2025.2 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check APScheduler==3.11.3 croniter==7.0.0 tzdata==2025.2 >&2

seen=$(PYTHONTZPATH='' "$dir/venv/bin/python" - <<'PY'
from datetime import datetime
from zoneinfo import ZoneInfo
from apscheduler.triggers.cron import CronTrigger
from croniter import croniter

for zone, line, eve in (
    ("Africa/Cairo", "5 0 * * *", (2026, 4, 23, 12)),
    ("Europe/Prague", "5 2 * * *", (2026, 3, 28, 12)),
):
    noon = datetime(*eve, tzinfo=ZoneInfo(zone))
    by_apscheduler = CronTrigger.from_crontab(line, timezone=ZoneInfo(zone)).get_next_fire_time(None, noon)
    by_croniter = croniter(line, noon).get_next(datetime)
    print(f"{zone}: APScheduler {by_apscheduler.isoformat()}, croniter {by_croniter.isoformat()}")
PY
)
echo "$seen"
[ "$seen" = "$(printf '%s\n' \
    'Africa/Cairo: APScheduler 2026-04-25T00:05:00+03:00, croniter 2026-04-24T01:00:00+03:00' \
    'Europe/Prague: APScheduler 2026-03-29T02:05:00+01:00, croniter 2026-03-29T03:00:00+02:00')" ] \
    || { echo 'This is no longer so.'; exit 1; }
