#!/usr/bin/env bash
# Real ORMs beside examsync: after an adoption TypeORM's synchronize plans no statement, Sequelize's alter loses nothing,
# and both read examsync's own tables. Run it with the path of the program; needs PostgreSQL's server programs and npm.
set -euo pipefail
examsync=$(realpath "${1:?the path of examsync}")
cd "$(dirname "$0")"
programs=${PG_BINDIR:-$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)}
folder=$(mktemp -d /tmp/examsync-moving-in.XXXXXX)

# PostgreSQL does not run as root.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop() {
    as_server "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
[ "$(id -u)" != 0 ] || chown postgres "$folder"
chmod 755 "$folder"
as_server "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as_server "$programs/pg_ctl" -D "$folder/data" -o "-k $folder -c listen_addresses= -c fsync=off" -l "$folder/log" -w start >/dev/null

mkdir "$folder/node" 2>/dev/null || { as_server mkdir "$folder/node"; as_server chmod 777 "$folder/node"; }
cp package.json ./*.js "$folder/node"
cd "$folder/node"
npm install --no-audit --no-fund --no-package-lock --silent
export PGHOST=$folder EXAMSYNC=$examsync
for orm in typeorm sequelize; do
    "$programs/psql" -h "$folder" -U postgres -q -c "CREATE DATABASE $orm"
    node "$orm.js"
done
