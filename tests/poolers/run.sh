#!/usr/bin/env bash
# What can't carry a pass says so with 10, and leaves nothing on the server: pgpool-II before a PostgreSQL, and PGlite's
# socket. Run it with the path of the program; needs PostgreSQL's server programs, pgpool (Debian's pgpool2), node and npm.
set -euo pipefail
examsync=$(realpath "${1:?the path of examsync}")
programs=${PG_BINDIR:-$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -1)}
pgpool=$(PATH=$PATH:/usr/sbin command -v pgpool)
folder=$(mktemp -d /tmp/examsync-poolers.XXXXXX)
pids=()

# Neither server runs as root.
as_server() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
stop() {
    for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
    as_server "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
[ "$(id -u)" != 0 ] || chown postgres "$folder"
chmod 755 "$folder"
cd "$folder"

echo '{"data":[{"id":1,"name":"A","rooms":[{"id":11,"name":"1","capacity":30}]}]}' >halls.json
chmod 644 halls.json
export SYNC_TIMEZONE=Asia/Baku SYNC_TIMEOUT=4s HOME=$folder

# A pass at this URL ends with 10 and this beginning, within three times SYNC_TIMEOUT.
refused() {
    local code=0 since=$SECONDS
    DATABASE_URL=$1 timeout 60 "$examsync" halls --from halls.json >out 2>&1 || code=$?
    if [ "$code" != 10 ] || ! grep -qF "examsync: error: $2" out || [ $((SECONDS - since)) -gt 12 ]; then
        echo "exit code $code after $((SECONDS - since)) s, expected 10: $2"
        cat out
        exit 1
    fi
    echo "ok: 10 after $((SECONDS - since)) s: $(head -1 out)"
}

as_server "$programs/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
as_server "$programs/pg_ctl" -D "$folder/data" -o "-k $folder -c listen_addresses= -c fsync=off" -l "$folder/log" -w start >/dev/null
socket=${folder//\//%2F}
DATABASE_URL="postgres://postgres@$socket/postgres" "$examsync" migrate -q

as_server tee pgpool.conf >/dev/null <<END
backend_clustering_mode = 'streaming_replication'
listen_addresses = ''
socket_dir = '$folder'
pcp_socket_dir = '$folder'
port = 9999
backend_hostname0 = '$folder'
backend_port0 = 5432
num_init_children = 4
max_pool = 1
pid_file_name = '$folder/pgpool.pid'
logdir = '$folder'
sr_check_period = 0
health_check_period = 0
enable_pool_hba = off
END
as_server touch pcp.conf pool_hba.conf
as_server "$pgpool" -n -f "$folder/pgpool.conf" -F "$folder/pcp.conf" -a "$folder/pool_hba.conf" >pgpool.log 2>&1 &
pids+=($!)
for _ in $(seq 100); do [ -S .s.PGSQL.9999 ] && break; sleep 0.1; done
refused "postgres://postgres@$socket:9999/postgres" "pgpool-II stands between examsync and the server, "
sleep 1
left=$("$programs/psql" -h "$folder" -U postgres -At -c "SELECT (SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state <> 'idle'), (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory')")
[ "$left" = "0|0" ] || { echo "left on the server (COPY|locks): $left"; exit 1; }
echo "ok: nothing is left on the server"

mkdir node && cd node
echo '{"private":true}' >package.json
npm install --no-audit --no-fund --no-package-lock --silent @electric-sql/pglite@0.5 @electric-sql/pglite-socket >/dev/null
node node_modules/.bin/pglite-server --db memory:// --port 54329 --host 127.0.0.1 >pglite.log 2>&1 &
pids+=($!)
cd ..
for _ in $(seq 300); do grep -q listening node/pglite.log && break; sleep 0.1; done
pglite="postgres://postgres:postgres@127.0.0.1:54329/postgres?sslmode=disable"
DATABASE_URL=$pglite "$examsync" migrate -q
refused "$pglite" "a pass needs two connections, one of them for its lock, and this server takes one at a time (as PGlite does): "
