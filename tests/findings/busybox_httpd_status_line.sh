#!/usr/bin/env bash
# busybox httpd obeys a CGI's `Status:` header only where it is the very first line.
#
# A good guess: RFC 3875 gives the header fields of a CGI answer no order, so `Content-Type` and then `Status: 503` is
# an answer of 503, as it is with lighttpd.
# What happens: busybox httpd looks at the first bytes of the answer alone. Any other field in front of it, and the
# client gets 200 with `Status: 503 …` among its headers. With the two lines exchanged it gets 503.
# Why it matters: a sender of webhooks takes 200 for a delivered event and never sends it again, so that a hook that
# could not store its event loses it. A CGI has to print `Status:` first.
# Seen with: busybox 1.35.0 (Debian bookworm, 1:1.35.0-4+deb12u1).
set -euo pipefail
command -v busybox >/dev/null || apt-get install -yqq busybox >&2
command -v curl >/dev/null || apt-get install -yqq curl >&2
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT

mkdir -p "$dir/cgi-bin"
cat > "$dir/cgi-bin/type-first" <<'CGI'
#!/bin/sh
printf 'Content-Type: text/plain\r\nStatus: 503 Service Unavailable\r\n\r\nthe database is away\n'
CGI
cat > "$dir/cgi-bin/status-first" <<'CGI'
#!/bin/sh
printf 'Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\n\r\nthe database is away\n'
CGI
chmod +x "$dir"/cgi-bin/*

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
busybox httpd -f -p "127.0.0.1:$port" -h "$dir" &
server=$!
url=http://127.0.0.1:$port/cgi-bin
curl --noproxy '*' -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$url/"

status() { curl --noproxy '*' -s -o /dev/null -w '%{http_code}' "$url/$1"; }
seen="type first: $(status type-first), status first: $(status status-first)"
echo "$(busybox | head -n 1): $seen"
[ "$seen" = 'type first: 200, status first: 503' ] || { echo 'This is no longer so.'; exit 1; }
