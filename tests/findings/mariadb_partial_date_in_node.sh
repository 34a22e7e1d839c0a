#!/usr/bin/env bash
# Both MariaDB drivers of Node.js read the partial date 2025-06-00 as 31 May 2025.
#
# A good guess: a date without a day, which MariaDB's DATE may hold, comes as null, as an invalid Date or as its text.
# What happens: year, month and day go into JavaScript's Date, which counts day 0 as the day before the first.
# 2025-06-00 is 31 May 2025, 2025-00-00 is 30 November 2024. Nothing shows that it was no date. 0000-00-00 is 30
# November 1899 in mysql2, and null in mariadb. PyMySQL gives the text.
# Why it matters: "begins in June" and "born in 2009" stand in school databases of many years. As a day they are sorted
# into another month and another school year. `dateStrings: true` gives the text.
# Seen with: mysql2 3.24.6, mariadb 3.5.4 (npm), MariaDB 10.11.19 (Debian bookworm), PyMySQL 1.1.2 (Python).
set -euo pipefail
command -v mariadbd >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -yqq mariadb-server >&2
dir=$(mktemp -d)
finish() { [ ! -e "$dir/pid" ] || kill "$(cat "$dir/pid")" 2>/dev/null || true; wait; rm -rf "$dir"; }
trap finish EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund mysql2@3.24.6 mariadb@3.5.4 >&2
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check PyMySQL==1.1.2 >&2

user=$(id -un)
mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal --skip-test-db \
    --user="$user" >/dev/null 2>&1
mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --pid-file="$dir/pid" --skip-networking \
    --innodb-flush-log-at-trx-commit=0 --user="$user" 2>"$dir/log" &
for _ in $(seq 60); do mariadb --no-defaults -u root -S "$dir/socket" -e 'SELECT 1' >/dev/null 2>&1 && break; sleep 0.5; done

mariadb --no-defaults -u root -S "$dir/socket" -e "CREATE DATABASE roster; USE roster;
    CREATE TABLE enrollments (id int PRIMARY KEY, begin_date date);
    INSERT INTO enrollments VALUES (1, '2025-06-00'), (2, '2025-00-00'), (3, '0000-00-00')"
cat > "$dir/dates.mjs" <<'JS'
import mysql2 from "mysql2/promise";
import mariadb from "mariadb";
const options = { user: "root", database: "roster", socketPath: process.argv[2] };
const sql = "SELECT begin_date FROM enrollments ORDER BY id";
const show = (date) => (date === null ? "null" : date.toISOString().slice(0, 10));
const [byMysql2] = await (await mysql2.createConnection(options)).query(sql);
const byMariadb = await (await mariadb.createConnection(options)).query(sql);
for (const rows of [byMysql2, byMariadb]) console.log(rows.map((row) => show(row.begin_date)).join(" "));
process.exit(0);
JS
by_node=$(cd "$dir" && TZ=UTC node dates.mjs "$dir/socket" | paste -sd'|')
by_python=$("$dir/venv/bin/python" -c '
import pymysql, sys
cursor = pymysql.connect(user="root", database="roster", unix_socket=sys.argv[1]).cursor()
cursor.execute("SELECT begin_date FROM enrollments ORDER BY id")
print(*(repr(row[0]) for row in cursor))' "$dir/socket")
echo "mysql2|mariadb: $by_node; PyMySQL: $by_python"
[ "$by_node" = '2025-05-31 2024-11-30 1899-11-30|2025-05-31 2024-11-30 null' ] \
    && [ "$by_python" = "'2025-06-00' '2025-00-00' '0000-00-00'" ] || { echo 'This is no longer so.'; exit 1; }
