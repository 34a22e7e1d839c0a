#!/usr/bin/env bash
# Unidecode writes the Azerbaijani ə as "@", so that Zəfər is Z@f@r, and z-f-r as a slug.
#
# A good guess: a library that turns every script into ASCII gives "e" for ə, as machine-readable passports have it, and
# as anyascii and the slugify of npm do.
# What happens: Unidecode's table takes ə for the sign of phonetics, whose keyboard form is "@". python-slugify then
# drops the "@": Zəfər is "z-f-r", Əli is "li", and so is Li.
# Why it matters: rosters make user names, file names and search keys in this way, and few Azerbaijani names have no ə.
# An "@" in a user name makes an e-mail address of it, and a search for "zefer" finds no one.
# Seen with: Unidecode 1.4.0, python-slugify 9.2.0 with text-unidecode 1.3, anyascii 0.3.3 (Python), slugify 1.6.9
# (npm).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check Unidecode==1.4.0 python-slugify==9.2.0 text-unidecode==1.3 \
    anyascii==0.3.3 >&2
npm install --prefix "$dir" --silent --no-audit --no-fund slugify@1.6.9 >&2

by_python=$("$dir/venv/bin/python" -c '
from anyascii import anyascii
from slugify import slugify
from unidecode import unidecode
print(unidecode("Zəfər"), slugify("Zəfər"), slugify("Əli"), slugify("Li"), anyascii("Zəfər"))')
by_node=$(cd "$dir" && node -e 'console.log(require("slugify")("Zəfər"))')
echo "Unidecode, python-slugify (three), anyascii: $by_python; slugify of npm: $by_node"
[ "$by_python" = 'Z@f@r z-f-r li li Zefer' ] && [ "$by_node" = Zefer ] || { echo 'This is no longer so.'; exit 1; }
