#!/usr/bin/env bash
# pgbouncer reports all of its own errors with one SQLSTATE, 08P01 (protocol violation).
#
# A good guess: an unknown database is 3D000, and too many clients are 53300, as PostgreSQL itself says on the same
# machine.
# What happens: "no such database", "query_wait_timeout" and "no more connections allowed (max_client_conn)" are all
# 08P01.
# Why it matters: a program that cron runs has to know what passes by itself (too many clients, a busy pool) from what a
# person must mend (a database that is not there). Behind pgbouncer both have one code, and only the text differs. A
# program that takes class 08 for a lost connection retries a misspelt database for ever.
# Seen with: pgbouncer 1.18.0, PostgreSQL 15.20 (Debian bookworm), pg 8.23.1 (npm).
set -euo pipefail
[ -x /usr/sbin/pgbouncer ] || apt-get install -yqq pgbouncer >&2
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || apt-get install -yqq postgresql >&2
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --init-groups "$@"; else "$@"; fi; }
finish() {
    [ ! -e "$dir/pid" ] || kill "$(cat "$dir/pid")" 2>/dev/null || true
    as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$dir"
}
trap finish EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund pg@8.23.1 >&2
[ "$(id -u)" != 0 ] || chown postgres "$dir"
cd "$dir"

as "$bin/initdb" -D data -A trust -U app --no-sync >/dev/null
as "$bin/pg_ctl" -D data -w -l log -o "-k $dir -p 5432 -c listen_addresses= -c max_connections=2 \
    -c superuser_reserved_connections=0 -c max_wal_senders=0" start >/dev/null
cat > pool.ini <<INI
[databases]
app = host=$dir port=5432 dbname=postgres
[pgbouncer]
unix_socket_dir = $dir
listen_port = 6432
auth_type = trust
auth_file = $dir/users
pool_mode = transaction
default_pool_size = 1
max_client_conn = 2
query_wait_timeout = 1
logfile = $dir/pool.log
pidfile = $dir/pid
INI
echo '"app" ""' > users
[ "$(id -u)" != 0 ] || chown postgres pool.ini users
as /usr/sbin/pgbouncer -d -q pool.ini
for _ in $(seq 50); do [ -S .s.PGSQL.6432 ] && break; sleep 0.2; done

cat > codes.mjs <<'JS'
import pg from "pg";
const connect = async (port, database) => {
  const client = new pg.Client({ host: process.cwd(), port, user: "app", database });
  client.on("error", () => {});
  await client.connect();
  return client;
};
const code = (promise) => promise.then(() => "taken", (error) => error.code);
const unknown = [await code(connect(5432, "nowhere")), await code(connect(6432, "nowhere"))];
const holder = await connect(6432, "app");
await holder.query("BEGIN");
const waiting = await connect(6432, "app");
const busy = await code(waiting.query("SELECT 1"));
const second = await connect(6432, "app");
const full = [await code(Promise.all([1, 2, 3].map(() => connect(5432, "postgres")))), await code(connect(6432, "app"))];
console.log(`unknown database: ${unknown.join(" and ")}; too many clients: ${full.join(" and ")}; busy pool: ${busy}`);
process.exit(0);
JS
seen=$(timeout 60 node codes.mjs)
echo "PostgreSQL's code and pgbouncer's: $seen"
[ "$seen" = 'unknown database: 3D000 and 08P01; too many clients: 53300 and 08P01; busy pool: 08P01' ] \
    || { echo 'This is no longer so.'; exit 1; }
