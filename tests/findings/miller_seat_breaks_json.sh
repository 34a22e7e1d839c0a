#!/usr/bin/env bash
# Miller turns a CSV with the seat 0x1F, 0b11 or .5 into something that is no JSON.
#
# A good guess: `mlr --icsv --ojson` quotes what JSON can't write as a number, and its output can be read by any JSON
# parser.
# What happens: Miller knows more numbers than JSON does, and prints each as it was written, without quotes. 0x1F, 0b11,
# .5 and 1. make the whole document invalid. 1e5 is valid and worse: it is read as 100000, and seat "1e5" is gone. The
# seats 007 and +3 do get quotes.
# Why it matters: one seat label breaks the feed of a whole date, or is silently another seat. `-S` keeps all as text.
# Seen with: miller 6.6.0 (Debian bookworm).
set -euo pipefail
command -v mlr >/dev/null || apt-get install -yqq miller >&2
command -v python3 >/dev/null || apt-get install -yqq python3 >&2

read_back() { # seat, options
    printf 'seat,number\n%s,P0001\n' "$1" | mlr --icsv --ojson "${@:2}" cat \
        | python3 -c 'import json, sys
try:
    print(repr(json.load(sys.stdin)[0]["seat"]))
except ValueError:
    print("no JSON")'
}
seen=
for seat in 0x1F 0b11 .5 1. 1e5 007 +3; do seen="$seen$seat: $(read_back "$seat"), "; done
seen="${seen}0x1F with -S: $(read_back 0x1F -S)"
echo "$(mlr --version): $seen"
expected="0x1F: no JSON, 0b11: no JSON, .5: no JSON, 1.: no JSON, 1e5: 100000.0, 007: '007', +3: '+3'"
[ "$seen" = "$expected, 0x1F with -S: '0x1F'" ] || { echo 'This is no longer so.'; exit 1; }
