#!/bin/sh
# The hand-written pipeline for all halls: fetch, convert, merge. Runs in a folder of its own.
# halls.sh SCRIPTS API TOKEN DATABASE
set -eu
curl --silent --show-error --fail --header "Authorization: Bearer $3" --output halls.json \
    "$2/api/external-app/exam-halls"
python3 "$1/halls.py" < halls.json
psql --no-psqlrc --quiet --file "$1/halls.sql" "$4"
