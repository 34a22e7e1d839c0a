"""A mail server that keeps what it takes and may put recipients off, and a webhook that keeps what it is sent."""

import email
import json
import socketserver
import threading
from email import policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Smtp(socketserver.ThreadingTCPServer):
    """Takes every mail, but for the recipients in `put_off`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        self.mails, self.put_off = [], set()
        super().__init__(("127.0.0.1", 0), SmtpSession)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class SmtpSession(socketserver.StreamRequestHandler):
    def handle(self):
        say = lambda line: self.wfile.write(line.encode() + b"\r\n")
        say("220 sink ESMTP")
        recipients = []
        while line := self.rfile.readline().decode().strip():
            verb = line.split(" ")[0].split(":")[0].upper()
            if verb == "RCPT":
                recipient = line.partition("<")[2].rstrip(">")
                if recipient in self.server.put_off:
                    say("452 4.2.2 mailbox full")
                    continue
                recipients.append(recipient)
            if verb == "DATA":
                say("354 go on")
                data = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    data += part[1:] if part.startswith(b".") else part
                mail = email.message_from_bytes(data, policy=policy.default)
                self.server.mails.append((mail, recipients))
                recipients = []
            say("221 bye" if verb == "QUIT" else "250 good")
            if verb == "QUIT":
                return


class Webhook(ThreadingHTTPServer):
    """Keeps the alerts of JSON webhooks."""

    def __init__(self):
        self.alerts = []
        super().__init__(("127.0.0.1", 0), Hook)
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.alerts.extend(body["data"]["alerts"])
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass
