#!/usr/bin/env bash
# Webhooks, both ways, with others' programs: what `push` sends is verified by the libraries of PyPI and npm, and events come
# in behind lighttpd, busybox httpd and Debian's webhook, each with the lines of the manual (src/docs/events.md).
# Usage: tests/webhooks/run.sh EXAMSYNC TOOLS
set -euo pipefail
examsync=$(realpath "$1")
mkdir -p "$2/webhooks"
tools=$(realpath "$2/webhooks")
cd "$(dirname "$0")"

missing=()
for name in lighttpd busybox webhook systemd python3-venv; do
    dpkg-query -W -f '${db:Status-Abbrev}' "$name" 2>/dev/null | grep -q '^ii' || missing+=("$name")
done
if [ "${#missing[@]}" -gt 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -q -y --no-install-recommends "${missing[@]}"
fi
[ -x "$tools/venv/bin/python" ] || python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet --disable-pip-version-check standardwebhooks==1.0.0
cp package.json verify.mjs "$tools"
(cd "$tools" && npm install --silent --no-package-lock --no-audit --no-fund --ignore-scripts)
exec "$tools/venv/bin/python" try.py "$examsync" "$tools"
