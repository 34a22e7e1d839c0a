#!/usr/bin/env bash
# bakapi sends a teacher's login to another path of the school's host, where the address has no slash at its end.
#
# A good guess: with url="https://school.example.cz/bakaweb", which is how schools give their address, the login goes to
# /bakaweb/api/login.
# What happens: the address is joined as a browser joins links, so that the last part, "bakaweb", is replaced: user name
# and password are posted to /api/login, of whatever else runs at the root of that host. With a slash at the end, or a
# Bakaláři at the root, all is as guessed.
# Why it matters: Bakaláři has no central address. Each school runs it below a folder of its own, and the address that a
# person copies has no slash. The error that comes back (InvalidResponse) does not say which address was asked.
# Seen with: bakapi 0.3.1, bakapi-v2 0.4 (Python).
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check bakapi==0.3.1 bakapi-v2==0.4 requests==2.34.2 >&2

NO_PROXY=127.0.0.1 "$dir/venv/bin/python" - <<'PY'
import http.server, json, sys, threading
import bakapi, bakapiv2

asked = []


class School(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        asked.append(self.path)
        known = self.path == "/bakaweb/api/login"
        answer = {"access_token": "a", "refresh_token": "r", "token_type": "Bearer", "expires_in": 3599}
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json" if known else "text/html")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode() if known else b"<h1>Not found</h1>")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), School)
threading.Thread(target=server.serve_forever, daemon=True).start()
seen = []
for library in (bakapi, bakapiv2):
    for end in ("", "/"):
        try:
            library.BakapiUser(url=f"http://127.0.0.1:{server.server_port}/bakaweb{end}", username="teacher", password="x")
            result = "logged in"
        except library.BakaAPIException as error:
            result = type(error).__name__
        seen.append((library.__name__, end, asked[-1], result))
print(*seen, sep="\n")
expected = [
    (name, end, path, result)
    for name in ("bakapi", "bakapiv2")
    for end, path, result in (("", "/api/login", "InvalidResponse"), ("/", "/bakaweb/api/login", "logged in"))
]
sys.exit(0 if seen == expected else "This is no longer so.")
PY
