#!/usr/bin/env bash
# In Day.js the day of Cairo's spring change begins on the evening before.
#
# A good guess: 24 April 2026 begins in Cairo at 01:00, because 00:00 to 01:00 is left out, and `startOf("day")` says
# so, as Luxon does.
# What happens: Day.js prints 2026-04-24T00:00:00+03:00, a time that no clock shows, which is the instant 23:00 of 23
# April. The day has 24 hours then instead of 23, and its first hour belongs to yesterday.
# Why it matters: "all exams of the day" is asked for with startOf and endOf. Zones whose clocks change at midnight
# (Egypt, Lebanon, Chile) have one such day a year, and a test in Prague or New York, where it is at night, sees none of
# it.
# Seen with: dayjs 1.11.23, luxon 3.7.2 (npm), Node.js 20.20 with the zones of its ICU.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund dayjs@1.11.23 luxon@3.7.2 >&2

seen=$(cd "$dir" && TZ=UTC node -e '
const dayjs = require("dayjs");
dayjs.extend(require("dayjs/plugin/utc"));
dayjs.extend(require("dayjs/plugin/timezone"));
const { DateTime } = require("luxon");
for (const [noon, zone] of [["2026-04-24T12:00", "Africa/Cairo"], ["2026-03-29T12:00", "Europe/Prague"]]) {
    const start = dayjs.tz(noon, zone).startOf("day");
    const there = DateTime.fromJSDate(start.toDate(), { zone });
    const right = DateTime.fromISO(noon, { zone }).startOf("day");
    const shown = (time) => time.toFormat("yyyy-MM-dd HH:mm");
    console.log(`${zone}: prints ${start.format()}, is ${shown(there)}, begins ${shown(right)}`);
}')
echo "$seen"
[ "$seen" = "$(printf '%s\n' \
    'Africa/Cairo: prints 2026-04-24T00:00:00+03:00, is 2026-04-23 23:00, begins 2026-04-24 01:00' \
    'Europe/Prague: prints 2026-03-29T00:00:00+01:00, is 2026-03-29 00:00, begins 2026-03-29 00:00')" ] \
    || { echo 'This is no longer so.'; exit 1; }
