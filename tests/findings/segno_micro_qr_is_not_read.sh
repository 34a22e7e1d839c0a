#!/usr/bin/env bash
# segno makes a Micro QR code of a short text unless it is asked not to, and zbar does not see it.
#
# A good guess: `segno.make("P0001")` makes a QR code, and every reader of QR codes reads it.
# What happens: up to about fifteen signs it is a Micro QR code, with one eye instead of three. zbar finds nothing in
# the picture, and no error says why. A longer text, or the same text with `micro=False`, is read.
# Why it matters: the numbers of persons, rooms and seats on a list for the door are short, the address in a test is
# long. What was tried works, and what was printed does not.
# Seen with: segno 1.6.6 (Python), zbar 0.23.92 (Debian bookworm, 0.23.92-7).
set -euo pipefail
command -v zbarimg >/dev/null || apt-get install -yqq zbar-tools >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check segno==1.6.6 >&2
cd "$dir"

venv/bin/python - <<'PY'
import segno
for name, code in {
    "number": segno.make("P0001"),
    "number_qr": segno.make("P0001", micro=False),
    "address": segno.make("https://exam.example.com/seats/P0001"),
}.items():
    print(name, code.designator)
    code.save(name + ".png", scale=8, border=4)
PY
scan() { zbarimg -q --raw "$1.png" 2>/dev/null || echo nothing; }
seen="number: $(scan number), number with micro=False: $(scan number_qr), address: $(scan address)"
echo "$seen"
[ "$seen" = 'number: nothing, number with micro=False: P0001, address: https://exam.example.com/seats/P0001' ] \
    || { echo 'This is no longer so.'; exit 1; }
