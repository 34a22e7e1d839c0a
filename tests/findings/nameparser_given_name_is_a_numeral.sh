#!/usr/bin/env bash
# nameparser takes the Vietnamese given name Vi for "the Sixth".
#
# A good guess: of "Nguyễn Thị Vi" and "Nguyễn Thị Mai" the parts are the same: family name first, given name last.
# What happens: Vi, in whatever case, is the Roman numeral VI to it, and becomes a suffix, as in "Henry VI". The name
# before moves up: Thị, a common middle name of women, becomes the last name. Mai stays a name.
# Why it matters: a roster with one column for the whole name is split by such a library into given_name and
# family_name. Nothing fails; the person has no given name any more, and on the door's list she stands under T.
# Seen with: nameparser 2.6.0 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check nameparser==2.6.0 >&2

seen=$("$dir/venv/bin/python" -c '
from nameparser import HumanName
for text in ("Nguyễn Thị Mai", "Nguyễn Thị Vi", "Trần Vi"):
    name = HumanName(text)
    print("/".join((name.first, name.middle, name.last, name.suffix)))')
echo "$seen"
[ "$seen" = "$(printf '%s\n' 'Nguyễn/Thị/Mai/' 'Nguyễn//Thị/Vi' 'Trần///Vi')" ] || { echo 'This is no longer so.'; exit 1; }
