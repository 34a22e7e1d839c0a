#!/usr/bin/env bash
# MariaDB sorts its UUID columns by their last group of digits first.
#
# A good guess: `ORDER BY id` of a uuid column is the order of its text, as it is with PostgreSQL's uuid, with CHAR(36)
# in MariaDB itself, and in every program that compares the values that it was given.
# What happens: a random uuid (version 4) is compared by its last twelve digits, then by the groups before it. One of
# version 7 is compared as it is written, and sorts after all of version 4, whatever its digits.
# Why it matters: a sync reads both sides in key order and walks along them. Where one side is MariaDB's uuid, and the
# other a sorted file or PostgreSQL, each key that comes "too early" looks like one that is missing here and new there.
# A table whose ids went over to version 7 is in order within each half only.
# Seen with: MariaDB 10.11.19 (Debian bookworm).
set -euo pipefail
command -v mariadbd >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -yqq mariadb-server >&2
dir=$(mktemp -d)
finish() { [ ! -e "$dir/pid" ] || kill "$(cat "$dir/pid")" 2>/dev/null || true; wait; rm -rf "$dir"; }
trap finish EXIT

user=$(id -un)
mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db \
    --user="$user" >/dev/null 2>&1
mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --user="$user" 2>"$dir/log" &
ask() { mariadb --no-defaults -u root -S "$dir/socket" -BN "$@"; }
for _ in $(seq 60); do ask -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.5; done

ask -e "CREATE DATABASE roster; USE roster; CREATE TABLE users (id uuid PRIMARY KEY);
    INSERT INTO users VALUES ('00000000-0000-4000-8000-00000000000b'), ('ffffffff-0000-4000-8000-00000000000a'),
        ('0190163d-8694-739b-aea5-000000000001'), ('0190163d-8695-739b-aea5-000000000000')"
groups() { ask roster -e "SELECT id FROM users ORDER BY $1" | cut -c1-15,24- | paste -sd' '; }
by_uuid=$(groups id)
by_text=$(groups 'CAST(id AS char)')
printf '%s\n' "$(mariadbd --version | cut -d' ' -f3-5)" "by uuid: $by_uuid" "by text: $by_text"
a=ffffffff-0000-4-00000000000a b=00000000-0000-4-00000000000b
c=0190163d-8694-7-000000000001 d=0190163d-8695-7-000000000000
[ "$by_uuid" = "$a $b $c $d" ] && [ "$by_text" = "$b $c $d $a" ] || { echo 'This is no longer so.'; exit 1; }
