#!/usr/bin/env bash
# The Python library of Standard Webhooks signs an aware time by its digits on the clock, whatever its zone.
#
# A good guess: `sign(id, timestamp, body)` with an aware datetime signs the instant that it names,
# `timestamp.timestamp()`.
# What happens: the datetime's zone is replaced by UTC, not converted. 09:00 in Baku (UTC+4) is signed as 09:00 UTC,
# four hours later. The library's own `verify` refuses the event with the true unix time ("No matching signature
# found").
# Why it matters: an application that reports changes to examsync, and keeps its times in the exam zone, as Django does
# with `localtime()`, gets every event refused as forged. In a zone of UTC+0 all tests pass, and in London they do in
# winter. Only `datetime.now(timezone.utc)` is safe.
# Seen with: standardwebhooks 1.1.0 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check standardwebhooks==1.1.0 >&2

"$dir/venv/bin/python" - <<'PY'
import base64, sys
from datetime import datetime, timedelta, timezone
from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("whsec_" + base64.b64encode(b"a secret of twenty-four!").decode())
body = '{"type":"hall.updated","data":{"id":4}}'
now = datetime.now(timezone.utc)


def verdict(moment):
    """Signs with this datetime, and verifies with the unix time of the instant that it names."""
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": webhook.sign("msg_1", moment, body),
    }
    try:
        webhook.verify(body, headers)
        return "accepted"
    except WebhookVerificationError as error:
        return str(error)


seen = (verdict(now), verdict(now.astimezone(timezone(timedelta(hours=4)))))
print("in UTC:", seen[0], "- the same instant in UTC+4:", seen[1])
sys.exit(0 if seen == ("accepted", "No matching signature found") else "This is no longer so.")
PY
