#!/usr/bin/env bash
# Debian's webhook answers 200 to a request without a signature, and 500 to one with a wrong signature.
#
# A good guess: both are refused alike, with 401 or 403, and "trigger-rule-mismatch-http-response-code": 401 says which.
# What happens: where the signature's header is missing, the rule "did not match": 200 OK, "Hook rules were not
# satisfied.", or the option's code. Where it is there and wrong, evaluating the rule "failed": 500, which the option
# does not change. In neither case is the command run.
# Why it matters: senders of webhooks take any 2xx for delivered and try again after any 5xx. A sender whose signing was
# not switched on yet loses each event and sees them delivered; one with an old secret repeats each for days, against a
# server that seems to be broken.
# Seen with: webhook 2.8.0 (Debian bookworm, 2.8.0-4).
set -euo pipefail
command -v webhook >/dev/null || apt-get install -yqq webhook >&2
command -v curl >/dev/null || apt-get install -yqq curl >&2
dir=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$dir"' EXIT

hook() { # id, what else the hook says
    printf '{"id": "%s", "execute-command": "/usr/bin/touch", "command-working-directory": "%s"' "$1" "$dir"
    printf ', "pass-arguments-to-command": [{"source": "string", "name": "ran-%s"}]%s' "$1" "$2"
    printf ', "trigger-rule": {"match": {"type": "payload-hmac-sha256", "secret": "the secret of the receiver"'
    printf ', "parameter": {"source": "header", "name": "X-Webhook-Signature"}}}}'
}
option=', "trigger-rule-mismatch-http-response-code": 401'
{ echo '['; hook plain ''; echo ','; hook strict "$option"; echo ']'; } > "$dir/hooks.json"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
webhook -hooks "$dir/hooks.json" -ip 127.0.0.1 -port "$port" >/dev/null 2>&1 &
server=$!
url=http://127.0.0.1:$port
curl --noproxy '*' -s --retry 20 --retry-connrefused --retry-delay 1 -o /dev/null "$url/"

body='{"type":"hall.updated","data":{"id":4}}'
send() { # hook, secret or nothing
    local signature=()
    if [ -n "${2-}" ]; then
        signature=(-H "X-Webhook-Signature: $(printf '%s' "$body" | openssl dgst -sha256 -hmac "$2" | sed 's/.* //')")
    fi
    curl --noproxy '*' -s -o /dev/null -w '%{http_code}' -H 'Content-Type: application/json' "${signature[@]}" \
        --data-binary "$body" "$url/hooks/$1"
}
old='the secret of before'
seen="no signature: $(send plain), with the option: $(send strict)"
seen="$seen; wrong signature: $(send plain "$old"), with the option: $(send strict "$old")"
sleep 1
seen="$seen; commands run: $(find "$dir" -name 'ran-*' | wc -l)"
seen="$seen; good signature: $(send plain 'the secret of the receiver')"
for _ in $(seq 20); do [ -e "$dir/ran-plain" ] && break; sleep 0.5; done
seen="$seen, commands run: $(find "$dir" -name 'ran-*' | wc -l)"
echo "$(webhook -version): $seen"
expected='no signature: 200, with the option: 401; wrong signature: 500, with the option: 500; commands run: 0'
[ "$seen" = "$expected; good signature: 200, commands run: 1" ] || { echo 'This is no longer so.'; exit 1; }
