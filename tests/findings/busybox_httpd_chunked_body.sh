#!/usr/bin/env bash
# busybox httpd hands a chunked request body to a CGI with its chunk sizes in it.
#
# A good guess: a server that knows no chunks answers 411, and one that knows them takes them apart and sets
# CONTENT_LENGTH, as lighttpd does.
# What happens: the CGI runs without CONTENT_LENGTH, and reads `7\r\n{"a":1}\r\n0\r\n\r\n` from its standard input.
# Why it matters: webhooks are sent in chunks by clients that stream their JSON. A handler that reads to the end of its
# input computes its signature over the chunk sizes, too, and refuses a good event as forged. The sender's secret is
# then suspected, and not the server. A CGI has to answer 411 where CONTENT_LENGTH is missing.
# Seen with: busybox 1.35.0 (Debian bookworm, 1:1.35.0-4+deb12u1).
set -euo pipefail
command -v busybox >/dev/null || apt-get install -yqq busybox >&2
command -v curl >/dev/null || apt-get install -yqq curl >&2
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT

mkdir -p "$dir/cgi-bin"
cat > "$dir/cgi-bin/hook" <<CGI
#!/bin/sh
cat > "$dir/body"
echo "\${CONTENT_LENGTH-unset}" > "$dir/length"
printf 'Status: 204 No Content\r\n\r\n'
CGI
chmod +x "$dir/cgi-bin/hook"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
env -u CONTENT_LENGTH busybox httpd -f -p "127.0.0.1:$port" -h "$dir" &
server=$!
url=http://127.0.0.1:$port/cgi-bin
curl --noproxy '*' -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$url/"

curl --noproxy '*' -s -o /dev/null --max-time 20 -H 'Transfer-Encoding: chunked' -H 'Content-Type: application/json' \
    --data-binary '{"a":1}' "$url/hook"
printf '7\r\n{"a":1}\r\n0\r\n\r\n' > "$dir/expected"
echo "$(busybox | head -n 1): CONTENT_LENGTH is $(cat "$dir/length"), the body is $(tr '\r\n' '.' < "$dir/body")"
[ "$(cat "$dir/length")" = unset ] && cmp -s "$dir/body" "$dir/expected" || { echo 'This is no longer so.'; exit 1; }
