#!/usr/bin/env bash
# A file that pyrage encrypted to one recipient has two recipient stanzas in its header.
#
# A good guess: one recipient, one line that begins with "-> ", as age itself writes it, so that a count of these lines
# says to how many keys a package is encrypted.
# What happens: the Rust library under pyrage (and under rage) adds a stanza of random name and content that no key
# opens, so that readers learn to pass over what they do not know. age opens the file as usual.
# Why it matters: "encrypted to the centre and to head office and to no one else" can be read from the header of a file
# that age wrote, and not from this one. A check that counts stanzas refuses good packages.
# Seen with: pyrage 1.4.0 (Python), age 1.1.1 (Debian bookworm).
set -euo pipefail
command -v age >/dev/null || apt-get install -yqq age >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check pyrage==1.4.0 >&2
cd "$dir"

age-keygen -o key 2>/dev/null
age-keygen -y key > recipient
echo package | age -R recipient -o by-age
venv/bin/python -c '
import pyrage
recipient = pyrage.x25519.Recipient.from_str(open("recipient").read().strip())
open("by-pyrage", "wb").write(pyrage.encrypt(b"package\n", [recipient]))'

stanzas() { sed '/^---/q' "$1" | grep -ac '^-> '; }
x25519=$(sed '/^---/q' by-pyrage | grep -ac '^-> X25519 ')
seen="age: $(stanzas by-age), pyrage: $(stanzas by-pyrage), of which $x25519 X25519"
seen="$seen, opened by age: $(age -d -i key by-pyrage)"
echo "$seen"
[ "$seen" = 'age: 1, pyrage: 2, of which 1 X25519, opened by age: package' ] \
    || { echo 'This is no longer so.'; exit 1; }
