#!/usr/bin/env python3
"""Tries webhooks with others' programs (run.sh): both ways, and every way of the manual in which events come in."""

import base64
import json
import pathlib
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from standardwebhooks import Webhook, WebhookVerificationError

EXAMSYNC, TOOLS = sys.argv[1:3]
MANUAL = (pathlib.Path(__file__).parents[2] / "src/docs/events.md").read_text()
PUSH_SECRET = "whsec_" + base64.b64encode(b"p" * 32).decode()
EVENT_SECRET = "whsec_" + base64.b64encode(b"e" * 32).decode()
DATE = "2099-06-01"


def block(language):
    """The block of the manual in this language."""
    return re.search(rf"```{language}\n(.*?)```", MANUAL, re.S).group(1)


def cgi_script():
    """The script of a CGI, which is the block that begins as one."""
    return re.search(r"```sh\n(#!/bin/sh\n.*?)```", MANUAL, re.S).group(1)


class Others(BaseHTTPRequestHandler):
    """The exam system, and a receiver of events that keeps what came."""

    protocol_version = "HTTP/1.1"
    received = []

    def do_GET(self):
        if self.path.endswith("/exam-halls"):
            data = [{"id": 4, "name": "Four", "rooms": [{"id": 10, "name": "A", "capacity": 50}]}]
        elif self.path.endswith(DATE):
            entry = {"hallId": 4, "roomId": 10, "participantCount": 20}
            data = [{"startTime": "09:00", "participants": [entry]}]
        else:
            data = []
        self.answer(200, json.dumps({"data": data}).encode())

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        Others.received.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.answer(204, b"")

    def answer(self, status, body):
        self.send_response(status)
        if status != 204:
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


def wait_for(what, holds):
    for _ in range(200):
        if holds():
            return
        time.sleep(0.05)
    raise SystemExit(f"not within 10 s: {what}")


def listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


class Installation:
    """examsync with a SQLite file, whose env file is all that it is given."""

    def __init__(self, folder, api):
        self.folder, self.env_file = folder, folder / "event-env"
        self.env_file.write_text(
            f"DATABASE_URL=sqlite:{folder}/examsync.db\nEXTERNAL_HALL_API_URL={api}\nEXTERNAL_HALL_API_TOKEN=token\n"
            f"SYNC_TIMEZONE=Asia/Baku\nSYNC_EVENT_SECRET={EVENT_SECRET}\n"
            f"SYNC_PUSH_URL={api}/hook\nSYNC_PUSH_SECRET={PUSH_SECRET}\n"
        )
        self.env_file.chmod(0o600)
        self.run("halls")

    def run(self, *arguments):
        done = subprocess.run([EXAMSYNC, "--env-file", self.env_file, *arguments], env={}, capture_output=True)
        assert done.returncode == 0, done

    def ask(self, sql):
        with sqlite3.connect(self.folder / "examsync.db") as database:
            return database.execute(sql).fetchall()

    def script(self, path, text):
        """A script of the manual, for this installation."""
        text = text.replace("/usr/local/bin/examsync", EXAMSYNC)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("/etc/examsync/event-env", str(self.env_file)))
        path.chmod(0o755)
        return path


def verify_push(installation):
    """What `push` sends is good for both libraries."""
    installation.run("push")
    headers, body = Others.received[-1]
    assert json.loads(body)["data"][0]["type"] == "hall.created", body
    Webhook(PUSH_SECRET).verify(body.decode(), headers)
    try:
        Webhook(PUSH_SECRET).verify(body.decode() + " ", headers)
        raise SystemExit("a longer body was taken")
    except WebhookVerificationError:
        pass
    captured = json.dumps({"headers": headers, "body": body.decode()})
    node = subprocess.run(["node", "verify.mjs", PUSH_SECRET], cwd=TOOLS, input=captured, text=True, capture_output=True)
    assert node.returncode == 0 and node.stdout == "examsync.events 2\n", node
    print("push: verified by standardwebhooks of PyPI and of npm")


def post(url, name, event, age=0, longer=""):
    """Sends an event that the library of PyPI signed; the status."""
    body, at = json.dumps(event), datetime.now(timezone.utc) - timedelta(seconds=age)
    headers = {
        "content-type": "application/json",
        "webhook-id": name,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(EVENT_SECRET).sign(name, at, body),
    }
    request = urllib.request.Request(url, (body + longer).encode(), headers)
    try:
        return urllib.request.urlopen(request, timeout=15).status
    except urllib.error.HTTPError as error:
        return error.code


def try_server(installation, name, url, tells):
    """A good event is pulled, a bad one is not; where the server tells, with the status."""
    exam = {"type": "exam.created", "data": {"examDate": DATE}}
    steps = [
        ("good", exam, {}, 204), ("good", exam, {}, 204), ("kept", {"type": "progress.saved"}, {}, 202),
        ("old", exam, {"age": 301}, 401), ("longer", exam, {"longer": " "}, 401), ("none", {"kind": "x"}, {}, 400),
    ]
    for step, event, how, status in steps:
        answered = post(url, f"{name}-{step}", event, **how)
        assert answered == (status if tells else 200), (name, step, answered)
    if tells:
        try:
            urllib.request.urlopen(url, timeout=15)
            raise SystemExit("a GET was taken")
        except urllib.error.HTTPError as error:
            assert error.code == 405, error.code
    rows = f"SELECT event_id FROM sync_events WHERE event_id LIKE '{name}-%' AND done_at IS NOT NULL ORDER BY id"
    wait_for("rows", lambda: installation.ask(rows) == [(f"{name}-good",), (f"{name}-kept",)])
    assert installation.ask("SELECT sum(participant_count) FROM participants") == [(20,)]
    installation_rows = installation.ask(f"SELECT count(*) FROM sync_events WHERE event_id LIKE '{name}-%'")
    assert installation_rows == [(2,)], installation_rows
    print(f"{name}: as the manual says")


def main():
    others = ThreadingHTTPServer(("127.0.0.1", 0), Others)
    threading.Thread(target=others.serve_forever, daemon=True).start()
    api = f"http://127.0.0.1:{others.server_port}"
    with tempfile.TemporaryDirectory() as folder:
        folder, servers = pathlib.Path(folder), []
        installation = Installation(folder, api)
        verify_push(installation)
        try:
            port = free_port()
            cgi = installation.script(folder / "event.cgi", cgi_script())
            config = folder / "lighttpd.conf"
            lines = block("lighttpd").replace("/usr/local/lib/examsync/event.cgi", str(cgi))
            config.write_text(
                f'server.document-root = "{folder}"\nserver.port = {port}\nserver.bind = "127.0.0.1"\n{lines}'
            )
            servers.append(subprocess.Popen(["/usr/sbin/lighttpd", "-D", "-f", config], env={}))
            wait_for("lighttpd", lambda: listens(port))
            try_server(installation, "lighttpd", f"http://127.0.0.1:{port}/examsync-event", True)

            port, www = free_port(), folder / "www"
            installation.script(www / "cgi-bin/event", cgi_script())
            start = re.search(r"ExecStart=(.*)", block("systemd-service")).group(1)
            start = start.replace("/usr/local/lib/examsync/www", str(www)).split()
            listen = ["systemd-socket-activate", "--accept", "--inetd", f"--listen=127.0.0.1:{port}"]
            servers.append(subprocess.Popen([*listen, *start], env={"PATH": "/usr/bin:/bin"}, stderr=subprocess.DEVNULL))
            wait_for("busybox", lambda: listens(port))
            try_server(installation, "busybox", f"http://127.0.0.1:{port}/cgi-bin/event", True)

            port = free_port()
            script = installation.script(folder / "event", block("webhook-script"))
            hooks = folder / "webhook.conf"
            hooks.write_text(block("webhook-hooks").replace("/usr/local/lib/examsync/event", str(script)))
            runner = ["webhook", "-hooks", hooks, "-ip", "127.0.0.1", "-port", str(port)]
            servers.append(subprocess.Popen(runner, env={"PATH": "/usr/bin:/bin"}))
            wait_for("webhook", lambda: listens(port))
            try_server(installation, "webhook", f"http://127.0.0.1:{port}/hooks/examsync-event", False)
        finally:
            for server in servers:
                server.terminate()
                server.wait()


if __name__ == "__main__":
    main()
