#!/usr/bin/env bash
# A QR code that qrencode made of the name Zəfər is read by zbar as Japanese.
#
# A good guess: qrencode writes the UTF-8 bytes, today's readers take bytes for UTF-8, and the name comes back.
# What happens: neither says which encoding it is, and zbar guesses by the bytes. Zəfər comes back as "Zﾉ冉ﾉ决", Müller as
# "M羹ller", and Gülay as "G羹lay"; Nguyễn and Gülay Çelik come back right. zint's code of Zəfər, which names its encoding
# (ECI 26), is read right.
# Why it matters: whether a label with a name works depends on the name. A trial with five persons may find nothing, and
# on the exam morning every Zəfər is not on the list. Labels should hold a number, in letters of ASCII.
# Seen with: qrencode 4.1.1, zbar 0.23.92, zint 2.11.1 (Debian bookworm).
set -euo pipefail
command -v zbarimg >/dev/null || apt-get install -yqq zbar-tools >&2
command -v qrencode >/dev/null || apt-get install -yqq qrencode >&2
command -v zint >/dev/null || apt-get install -yqq zint >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C.UTF-8

read_back() { qrencode -s 8 -o "$dir/$1.png" "$2" && zbarimg -q --raw "$dir/$1.png" 2>/dev/null; }
seen="$(read_back 1 Zəfər) $(read_back 2 Müller) $(read_back 3 Gülay) $(read_back 4 Nguyễn) $(read_back 5 'Gülay Çelik')"
zint --barcode=58 --scale=4 --output="$dir/6.png" --data=Zəfər 2>/dev/null
by_zint=$(zbarimg -q --raw "$dir/6.png" 2>/dev/null)
echo "qrencode: $seen; zint: $by_zint"
[ "$seen" = 'Zﾉ冉ﾉ决 M羹ller G羹lay Nguyễn Gülay Çelik' ] && [ "$by_zint" = Zəfər ] || { echo 'This is no longer so.'; exit 1; }
