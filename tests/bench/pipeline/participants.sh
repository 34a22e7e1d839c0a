#!/bin/sh
# The hand-written pipeline for one exam date: fetch, convert, merge. Runs in a folder of its own.
# participants.sh SCRIPTS API TOKEN DATABASE DATE
set -eu
curl --silent --show-error --fail --header "Authorization: Bearer $3" --output rows.json \
    "$2/api/external-app/room-participants/$5"
python3 "$1/participants.py" < rows.json > rows.tsv
psql --no-psqlrc --quiet --set "exam_date=$5" --file "$1/participants.sql" "$4"
