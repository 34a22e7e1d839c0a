#!/usr/bin/env bash
# A Code 39 barcode that python-barcode made of P0001 is read as P0001Q.
#
# A good guess: what goes in comes out. The check character of Code 39 is optional, and few scanners are set to it.
# What happens: python-barcode adds the check character unless `add_checksum=False` is given, and prints it under the
# bars, too. A scanner can't see from the bars that there is one, so zbar gives it as part of the text. Code 128 made by
# the same library, whose check is part of its standard, and zint's Code 39 are read as they were written.
# Why it matters: door lists and candidate labels carry the number of a person. No person has the number P0001Q; where
# numbers end in a letter, it may be another person's.
# Seen with: python-barcode 0.16.1 with pillow 12.0.0 (Python), zbar 0.23.92 and zint 2.11.1 (Debian bookworm).
set -euo pipefail
command -v zbarimg >/dev/null || apt-get install -yqq zbar-tools >&2
command -v zint >/dev/null || apt-get install -yqq zint >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check python-barcode==0.16.1 pillow==12.0.0 >&2
cd "$dir"

venv/bin/python - <<'PY'
import barcode
from barcode.writer import ImageWriter
barcode.get("code39", "P0001", writer=ImageWriter()).save("default")
barcode.get_barcode_class("code39")("P0001", writer=ImageWriter(), add_checksum=False).save("without")
barcode.get("code128", "P0001", writer=ImageWriter()).save("code128")
PY
zint --barcode=8 --output=zint.png --data=P0001
scan() { zbarimg -q --raw "$1.png" 2>/dev/null; }
seen="default: $(scan default), add_checksum=False: $(scan without), Code 128: $(scan code128), zint: $(scan zint)"
echo "$seen"
[ "$seen" = 'default: P0001Q, add_checksum=False: P0001, Code 128: P0001, zint: P0001' ] \
    || { echo 'This is no longer so.'; exit 1; }
