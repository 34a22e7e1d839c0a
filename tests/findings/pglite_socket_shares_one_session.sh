#!/usr/bin/env bash
# All connections to a pglite-socket server are one PostgreSQL session: both of two clients get the same advisory lock.
#
# A good guess: with `maxConnections: 10` ten clients have ten sessions, or a second one is refused.
# `pg_try_advisory_lock` is false for the one that comes second.
# What happens: the connections take turns on one backend. Both see the same `pg_backend_pid()`, both get the lock, a
# `SET search_path` of one holds for the other, and so do its temporary tables. The lock of a client that hung up stays.
# Why it matters: passes exclude each other by an advisory lock that dies with its holder, and stage in temporary
# tables. Against pglite-socket two passes run at once and write into the same temporary tables, and a test of the lock
# that should fail passes, or the other way round.
# Seen with: @electric-sql/pglite-socket 0.2.17, @electric-sql/pglite 0.5.14, pg 8.23.1 (npm).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17 \
    pg@8.23.1 >&2

cat > "$dir/two.mjs" <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import pg from "pg";

const path = process.argv[2];
const server = new PGLiteSocketServer({ db: await PGlite.create(), path, maxConnections: 10 });
await server.start();
const connect = async () => {
  const client = new pg.Client({ host: path.replace(/\/[^/]*$/, ""), port: 5432, user: "postgres", database: "postgres" });
  await client.connect();
  return async (sql) => (sql ? Object.values((await client.query(sql)).rows[0] ?? {})[0] : client.end());
};
const first = await connect();
const second = await connect();
const seen = [];
seen.push(`locks: ${await first("SELECT pg_try_advisory_lock(1)")} ${await second("SELECT pg_try_advisory_lock(1)")}`);
seen.push(`same backend: ${(await first("SELECT pg_backend_pid()")) === (await second("SELECT pg_backend_pid()"))}`);
await first("SET search_path = examsync");
await first("CREATE TEMPORARY TABLE staged (id int)");
seen.push(`search path: ${await second("SHOW search_path")}`);
seen.push(`rows of the other's temporary table: ${await second("SELECT count(*) FROM staged")}`);
await first();
seen.push(`locks after the first hung up: ${await second("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")}`);
console.log(seen.join("; "));
process.exit(0);
JS
seen=$(cd "$dir" && timeout 120 node two.mjs "$dir/.s.PGSQL.5432")
echo "$seen"
expected="locks: true true; same backend: true; search path: examsync; rows of the other's temporary table: 0"
[ "$seen" = "$expected; locks after the first hung up: 1" ] || { echo 'This is no longer so.'; exit 1; }
