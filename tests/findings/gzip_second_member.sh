#!/usr/bin/env bash
# httpx reads the first gzip member of an answer only, and says nothing. curl stops there with error 23.
#
# A good guess: gzip of several members is valid (RFC 1952 §2.2), and every HTTP client unpacks all of it, as requests
# and Node's fetch do.
# What happens: of two members httpx gives the first one's text, with status 200 and no error. `curl --compressed`
# writes the first one too, and ends with exit code 23, "Failed writing received data".
# Why it matters: a server that compresses in pieces (`cat *.gz`, a log shipper, a proxy that joins) sends such answers.
# A CSV roster that is cut at a member's edge is well formed, and the people after it look as if they were gone.
# Seen with: httpx 0.28.1, requests 2.34.2 (Python), curl 7.88.1 (Debian bookworm).
set -euo pipefail
command -v curl >/dev/null || apt-get install -yqq curl >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check httpx==0.28.1 requests==2.34.2 >&2

"$dir/venv/bin/python" - <<'PY'
import gzip, http.server, subprocess, sys, threading
import httpx, requests

BODY = gzip.compress(b"sourcedId,name\n1,A\n") + gzip.compress(b"2,B\n3,C\n")
WHOLE = gzip.decompress(BODY)


class Roster(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/csv")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Roster)
threading.Thread(target=server.serve_forever, daemon=True).start()
url = f"http://127.0.0.1:{server.server_port}/users.csv"

session = requests.Session()
session.trust_env = False
by_requests = session.get(url).content
answer = httpx.Client(trust_env=False).get(url)
by_curl = subprocess.run(["curl", "--noproxy", "*", "-s", "--compressed", url], capture_output=True)

print("requests:", by_requests)
print("httpx   :", answer.status_code, answer.content)
print("curl    :", "exit", by_curl.returncode, by_curl.stdout)
first = b"sourcedId,name\n1,A\n"
as_stated = by_requests == WHOLE and answer.content == first and (by_curl.returncode, by_curl.stdout) == (23, first)
sys.exit(0 if as_stated else "This is no longer so.")
PY
