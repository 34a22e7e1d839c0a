#!/usr/bin/env bash
# requests' `Response.links` has no "next" where the last-but-one page says `rel="next last"`.
#
# A good guess: RFC 8288 §3.3 lets one link have several relation types, divided by spaces, so `links["next"]` and
# `links["last"]` are both there. Relation types and parameter names know no letter case.
# What happens: the link's key is the whole text "next last"; with `REL=next` it is the URL. `"next" in response.links`
# is false, and a loop over pages ends one page early, without an error. http-link-header on npm finds both.
# Why it matters: on the page before the last one, next and last are the same page, and a server may well say so once.
# Who pulls halls with requests loses the last page, and everything on it looks deleted.
# Seen with: requests 2.34.2 (Python), http-link-header 1.1.4 (npm).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check requests==2.34.2 >&2
npm install --prefix "$dir" --silent --no-audit --no-fund http-link-header@1.1.4 >&2

export LINK='<https://exam.example.com/halls?page=3>; rel="next last"'
by_requests=$("$dir/venv/bin/python" - <<'PY'
import os, requests
for header in (os.environ["LINK"], "<https://exam.example.com/halls?page=3>; REL=next"):
    answer = requests.Response()
    answer.headers["Link"] = header
    print("next" in answer.links, list(answer.links))
PY
)
by_node=$(cd "$dir" && node -e '
const links = require("http-link-header").parse(process.env.LINK);
console.log(links.rel("next").length, links.rel("last").length);')
echo "requests: $by_requests"
echo "http-link-header: $by_node"
expected=$(printf '%s\n' "False ['next last']" "False ['https://exam.example.com/halls?page=3']")
[ "$by_requests" = "$expected" ] && [ "$by_node" = '1 1' ] || { echo 'This is no longer so.'; exit 1; }
