#!/usr/bin/env bash
# PGlite gives one bigint column as JavaScript numbers and as BigInts, row by row.
#
# A good guess: every int8 comes as a string (as node-postgres does), or every one as a BigInt.
# What happens: values up to 2^53 - 1 come as number, larger ones as BigInt, in the same column of the same answer.
# `===` and Map keys work within each kind only, arithmetic across them raises TypeError, and `JSON.stringify` raises at
# the first large one.
# Why it matters: external ids are 64-bit. Tests on PGlite run with small ids and see numbers; the first large id of the
# exam system, or the change to node-postgres, meets code that never saw its type.
# Seen with: @electric-sql/pglite 0.5.14 (npm).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
npm install --prefix "$dir" --silent --no-audit --no-fund @electric-sql/pglite@0.5.14 >&2

seen=$(cd "$dir" && node --input-type=module -e '
import { PGlite } from "@electric-sql/pglite";
const database = new PGlite();
await database.exec("CREATE TABLE buildings (external_id bigint); INSERT INTO buildings VALUES (7), (9007199254740993)");
const { rows } = await database.query("SELECT external_id FROM buildings ORDER BY 1");
let text;
try { text = JSON.stringify(rows); } catch (error) { text = error.constructor.name; }
console.log(rows.map((row) => `${typeof row.external_id} ${row.external_id}`).join(", ") + ", as JSON: " + text);
await database.close();')
echo "$seen"
[ "$seen" = 'number 7, bigint 9007199254740993, as JSON: TypeError' ] || { echo 'This is no longer so.'; exit 1; }
