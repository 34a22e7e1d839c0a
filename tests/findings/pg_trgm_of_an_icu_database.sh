#!/usr/bin/env bash
# In a database that sorts by ICU, pg_trgm can still drop every letter that is not ASCII.
#
# A good guess: `CREATE DATABASE … LOCALE_PROVIDER icu ICU_LOCALE 'und'` knows all letters: lower('ƏLİYEV') is right,
# and so are trigrams.
# What happens: pg_trgm asks the C library for what a letter is, by LC_CTYPE, which stays as the cluster has it. With C
# (initdb --no-locale, a container without a locale), Ə, Ş and Č are no letters: Zəfər is the two words z and f-r, "Şəə"
# has no trigram at all and is not like itself. `lower` of the same database is ICU's.
# Why it matters: pg_trgm is how an application finds a person by a name that was heard on the telephone. It works in
# tests with Smith. With other letters it finds no person (Şəə), or others: Zəfər matches Zéfir, of which only z, f and
# r are left.
# Seen with: PostgreSQL 15.20 (Debian bookworm), with its pg_trgm 1.6.
set -euo pipefail
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt-get install -yqq postgresql >&2
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
trap 'as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
[ "$(id -u)" != 0 ] || chown postgres "$dir"
cd "$dir"

as "$bin/initdb" -D data -A trust -U app -E UTF8 --no-locale --no-sync >/dev/null
as "$bin/pg_ctl" -D data -w -l log -o "-k $dir -p 5432 -c listen_addresses=" start >/dev/null
ask() { PGCLIENTENCODING=UTF8 psql -qAt -F ' ' -h "$dir" -p 5432 -U app "$1"; }
trigrams() { # what LC_CTYPE is
    echo "CREATE DATABASE icu_$2 TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'und' LC_COLLATE 'C' LC_CTYPE '$1'" \
        | ask postgres
    echo "CREATE EXTENSION pg_trgm; SELECT lower('Ə'), show_trgm('Zəfər') = show_trgm('z f r'),
        similarity('Şəə', 'Şəə'), 'Zəfər' % 'Zéfir'" | ask "icu_$2"
}
seen="C: $(trigrams C c); C.UTF-8: $(trigrams C.UTF-8 utf8)"
echo "$("$bin/postgres" --version): $seen"
[ "$seen" = 'C: ə t 0 t; C.UTF-8: ə f 1 f' ] || { echo 'This is no longer so.'; exit 1; }
