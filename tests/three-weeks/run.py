"""Runs the three weeks on one database: `run.py sqlite|postgres FOLDER`. Prints what is wrong; 1 when anything is."""

import glob
import json
import os
import pwd
import shutil
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import checks
import story
from channels import Smtp, Webhook


def faketime(moment):
    library = next(iter(glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")), None)
    if library is None:
        sys.exit("three weeks: faketime is not installed: apt-get install -y faketime")
    clock = f"@{moment.astimezone(timezone.utc):%Y-%m-%d %H:%M:%S}"
    return {"LD_PRELOAD": library, "FAKETIME": clock, "FAKETIME_DONT_FAKE_MONOTONIC": "1", "TZ": "UTC"}


class Postgres:
    """A private server on a unix socket, as the user postgres where this runs as root."""

    def __init__(self, folder):
        programs = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=lambda path: int(path.split("/")[4]))
        if not programs:
            sys.exit("three weeks: PostgreSQL's server programs are not installed: apt-get install -y postgresql")
        self.programs, self.data = Path(programs[-1]), folder / "cluster"
        self.user = pwd.getpwnam("postgres") if os.getuid() == 0 else None
        self.socket = Path("/tmp") / f"three-weeks-{os.getpid()}"
        for made in (self.data, self.socket):
            made.mkdir(parents=True)
            if self.user:
                os.chown(made, self.user.pw_uid, self.user.pw_gid)
        self.run("initdb", "-D", self.data, "-U", "examsync", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self.socket} -c listen_addresses='' -c fsync=off"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.data / "log", "-o", options, "start")
        self.url = f"postgres://examsync@%2Ftmp%2F{self.socket.name}/postgres"

    def run(self, program, *arguments):
        as_user = {"user": self.user.pw_uid, "group": self.user.pw_gid} if self.user else {}
        subprocess.run([self.programs / program, *arguments], check=True, stdout=subprocess.DEVNULL, cwd="/", **as_user)

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.socket)


class Installation:
    """The program with its settings, the API that it pulls from, and the channels that its alerts go to."""

    def __init__(self, folder, database_url):
        self.folder, self.feeds = folder, folder / "feeds"
        (self.feeds / "room-participants").mkdir(parents=True)
        self.smtp, self.webhook, self.token, self.api = Smtp(), Webhook(), None, None
        self.settings = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": database_url,
            "SYNC_TIMEZONE": "Asia/Baku",
            "SYNC_RETRY_DELAY": "1ms",
            "SYNC_ERROR_EMAIL": f"{story.DIRECTOR}, {story.OTHER}",
            "SMTP_HOST": "127.0.0.1",
            "SMTP_PORT": str(self.smtp.server_address[1]),
            "SMTP_TLS": "none",
            "SMTP_FROM": "examsync@example.com",
            "SYNC_WEBHOOK_URL": f"json+http://127.0.0.1:{self.webhook.server_address[1]}/",
        }

    def serve(self, moment):
        """The API as it is at that moment."""
        if self.token != (token := story.token(moment)):
            self.stop()
            self.token = token
            command = [os.environ["MOCK_API"], "--folder", self.feeds, "--token", token]
            self.api = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            self.settings["EXTERNAL_HALL_API_URL"] = self.api.stdout.readline().split()[0]
            self.settings["EXTERNAL_HALL_API_TOKEN"] = token
        self.smtp.put_off = story.put_off(moment)
        (self.feeds / "status").unlink(missing_ok=True)
        if status := story.status(moment):
            (self.feeds / "status").write_text(str(status))
        answer = lambda data: json.dumps({"data": data}, ensure_ascii=False)
        (self.feeds / "exam-halls.json").write_text(answer(story.halls(moment)))
        for ahead in range(-1, 8):
            date = moment.date() + timedelta(days=ahead)
            (self.feeds / f"room-participants/{date}.json").write_text(answer(story.participants(date, moment)))

    def run(self, arguments, moment):
        environment = self.settings | faketime(moment)
        command = [os.environ["EXAMSYNC"], *arguments]
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, timeout=120)

    def stop(self):
        if self.api:
            self.api.terminate()
            self.api.wait()


def three_weeks(installation):
    """All passes; returns what was said: alerts, mails, mornings and passes, each with its moment."""
    sent, mails, mornings, passes = [], [], [], []
    installation.serve(story.at(0, 0))
    installation.run(["migrate"], story.at(0, 0)).check_returncode()
    moments = [
        (datetime.combine(story.day(day), clock, story.ZONE), arguments)
        for day in range(story.DAYS)
        for clock, arguments in [*story.PASSES, (story.MORNING, None)]
    ]
    for moment, arguments in sorted(moments, key=lambda one: one[0]):
        installation.serve(moment)
        if arguments is None:
            text = installation.run(["status"], moment)
            mornings.append((moment, text.stdout + text.stderr, installation.run(["status", "--check", "-q"], moment).returncode))
            continue
        ended = installation.run(arguments, moment)
        passes.append((moment, arguments, ended.returncode, ended.stdout + ended.stderr))
        sent.extend((moment, alert) for alert in installation.webhook.alerts[len(sent):])
        mails.extend((moment, *mail) for mail in installation.smtp.mails[len(mails):])
    return sent, mails, mornings, passes


def write_down(folder, sent, mails, mornings, passes):
    """Everything in the order in which it was said, for a person to read."""
    said = [(moment, f'ALERT {alert["event"]} {alert["kind"]}: {alert["title"]}\n{alert["message"]}') for moment, alert in sent]
    said += [
        (moment, f'MAIL to {", ".join(to)}: {mail["Subject"]}\n{mail.get_content()}') for moment, mail, to in mails
    ]
    said += [(moment, f"STATUS (--check {code})\n{text}") for moment, text, code in mornings]
    said += [(moment, f"PASS {' '.join(arguments)}: {code}\n{text}") for moment, arguments, code, text in passes]
    with (folder / "said.txt").open("w") as file:
        for moment, text in sorted(said, key=lambda one: one[0]):
            file.write(f"=== {moment:%Y-%m-%d %H:%M} {text.rstrip()}\n\n")


def main():
    kind, folder = sys.argv[1], Path(sys.argv[2])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    server = Postgres(folder) if kind == "postgres" else None
    installation = Installation(folder, server.url if server else f"sqlite://{folder}/examsync.db")
    try:
        sent, mails, mornings, passes = three_weeks(installation)
    finally:
        installation.stop()
        if server:
            server.stop()
    write_down(folder, sent, mails, mornings, passes)
    wrong = [
        *checks.of_alerts(sent), *checks.of_silence(sent), *checks.of_mails(mails), *checks.of_recipients(mails),
        *checks.of_mornings(mornings), *checks.of_passes(passes),
    ]
    print(f"{kind}: {len(passes)} passes, {len(sent)} alerts, {len(mails)} mails, {len(mornings)} mornings")
    for line in wrong:
        print(f"  {line}")
    print(f"  {len(wrong)} findings; all that was said: {folder}/said.txt")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
