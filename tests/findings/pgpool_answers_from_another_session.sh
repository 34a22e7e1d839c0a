#!/usr/bin/env bash
# pgpool's query cache gives a session the rows of another schema, and times in another session's zone.
#
# A good guess: `SELECT name FROM buildings` is cached with what its meaning hangs on, so that a session with another
# search_path reads its own table, and one with another TimeZone gets its own texts.
# What happens: the text of the query, the user and the database are the key, and nothing else. After a session with
# `search_path = north` has asked, one with `search_path = south` is given the name in north; and 09:00+04 of a session
# in Baku is given to one in UTC. No SET makes the cache forget.
# Why it matters: two installations in two schemas of one database read each other's halls. A client that reads times
# without their offset is hours off, until a row changes.
# Seen with: pgpool2 4.3.5, PostgreSQL 15.20 (Debian bookworm), memory_cache_enabled = on, one user, one database.
set -euo pipefail
[ -x /usr/sbin/pgpool ] || apt-get install -yqq pgpool2 >&2
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt-get install -yqq postgresql >&2
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
finish() {
    [ ! -e "$dir/pid" ] || kill "$(tr -d '\0' < "$dir/pid")" 2>/dev/null || true
    for _ in $(seq 20); do [ -e "$dir/pid" ] || break; sleep 0.2; done
    as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap finish EXIT
[ "$(id -u)" != 0 ] || chown postgres "$dir"
cd "$dir"

as "$bin/initdb" -D data -A trust -U app --no-sync >/dev/null
as "$bin/pg_ctl" -D data -w -l log -o "-k $dir -p 5432 -c listen_addresses=" start >/dev/null
psql -q -h "$dir" -p 5432 -U app postgres <<'SQL'
CREATE SCHEMA north; CREATE TABLE north.buildings AS SELECT 'a hall in the north' AS name;
CREATE SCHEMA south; CREATE TABLE south.buildings AS SELECT 'a hall in the south' AS name;
CREATE TABLE starts AS SELECT timestamptz '2027-06-01 05:00Z' AS start;
SQL
cat > pool.conf <<CONF
listen_addresses = ''
socket_dir = '$dir'
pcp_socket_dir = '$dir'
port = 6432
pcp_port = 6433
backend_clustering_mode = 'raw'
backend_hostname0 = '$dir'
backend_port0 = 5432
num_init_children = 2
memory_cache_enabled = CACHE
memqcache_oiddir = '$dir/oid'
pid_file_name = '$dir/pid'
logdir = '$dir'
CONF

ask() { psql -At -h "$dir" -p 6432 -U app postgres -c "SET $1" -c "$2" | tail -n 1; }
answers() { # with the cache on or off
    sed "s/CACHE/$1/" pool.conf > "$1.conf"
    mkdir -p oid; [ "$(id -u)" != 0 ] || chown postgres oid
    as /usr/sbin/pgpool -n -f "$1.conf" -F none > pool.log 2>&1 &
    for _ in $(seq 50); do ask 'search_path = north' 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.2; done
    local names='SELECT name FROM buildings' starts='SELECT start FROM starts'
    echo "$(ask 'search_path = north' "$names"), $(ask 'search_path = south' "$names")"
    echo "$(ask "TimeZone = 'Asia/Baku'" "$starts"), $(ask "TimeZone = 'UTC'" "$starts")"
    kill "$(tr -d '\0' < pid)"; wait
}
off=$(answers off | paste -sd';'); on=$(answers on | paste -sd';')
echo "off: $off"; echo "on: $on"
[ "$off" = 'a hall in the north, a hall in the south;2027-06-01 09:00:00+04, 2027-06-01 05:00:00+00' ] \
    && [ "$on" = 'a hall in the north, a hall in the north;2027-06-01 09:00:00+04, 2027-06-01 09:00:00+04' ] \
    || { echo 'This is no longer so.'; exit 1; }
