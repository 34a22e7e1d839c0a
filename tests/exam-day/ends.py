"""Head office and its centres: each a database of its own, and the real program."""

import json
import os
import shutil
import sqlite3
import subprocess

PROGRAM = os.environ["EXAMSYNC"]


class End:
    """One installation."""

    def __init__(self, folder, database, marker):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.marker = folder, marker
        self.database = folder / database
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DATABASE_URL": f"sqlite://{self.database}",
            "SYNC_TIMEZONE": "Asia/Baku",
            "SYNC_KEY_FILE": str(folder / "own.key"),
            "SYNC_PEERS_FILE": str(folder / "peers"),
        }
        self.seconds = 0
        # Cards come later.
        (folder / "peers").touch(0o644)

    def run(self, *arguments, codes=(0,)):
        command = [PROGRAM, *arguments]
        done = subprocess.run(command, env=self.environment, cwd=self.folder, capture_output=True, text=True)
        if done.returncode not in codes:
            raise SystemExit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def keys(self, *owner):
        return self.run("keys", "--new", str(self.folder / "own.key"), *owner).stdout

    def rows(self, sql):
        with sqlite3.connect(self.database) as connection:
            return connection.execute(sql).fetchall()

    def mark(self, statuses):
        """Marks people as the supervision application does: with a stamp of its own each time."""
        self.seconds += 1
        stamp = f"2026-05-01 09:{self.seconds // 60:02}:{self.seconds % 60:02}.000"
        connection = sqlite3.connect(self.database)
        with connection:
            connection.executemany(
                "UPDATE participants SET attendance_marked = 1, attendance_status = ?, attendance_marked_at = ?,"
                " attendance_marked_by = ? WHERE external_profile_exam_id = ?",
                [(status, stamp, self.marker, person) for person, status in statuses.items()],
            )
        connection.close()

    def decisions(self):
        """Who is marked: the decision on each."""
        sql = (
            "SELECT external_profile_exam_id, attendance_status, attendance_marked_at, attendance_marked_by"
            " FROM participants WHERE attendance_marked"
        )
        return {person: decision for person, *decision in self.rows(sql)}


class Head(End):
    """Head office."""

    def __init__(self, folder):
        super().__init__(folder / "head", "head.db", 1)
        self.card = self.keys("--head")

    def add_peers(self, centres):
        (self.folder / "peers").write_text("".join(centre.card for centre in centres))
        os.chmod(self.folder / "peers", 0o644)

    def export_all(self, centres):
        down = self.folder.parent / "down"
        down.mkdir()
        self.run("export", "--all", "--to", str(down))

    def take(self, path):
        """Imports results; those of a second copy are approved, as after a telephone call."""
        arguments = ["import", str(path), "--json"]
        report = json.loads(self.run(*arguments, codes=(0, 3, 4)).stdout)
        if report["exit_code"] == 4:
            arguments += ["--approve", report["syncs"][0]["plan"]]
            return {**json.loads(self.run(*arguments, codes=(0, 3)).stdout), "forked": True}
        return {**report, "forked": False}


class Centre(End):
    """The centre of one hall, or a copy of it."""

    def __init__(self, folder, hall, head, name=None):
        super().__init__(folder / (name or f"centre-{hall}"), "centre.db", hall * 10)
        self.hall = hall
        if name is None:
            self.card = self.keys("--hall", str(hall))
            (self.folder / "peers").write_text(head.card)
            os.chmod(self.folder / "peers", 0o644)

    def take(self, path):
        self.run("import", str(path))

    def results(self, again=False):
        up = self.folder / "up"
        up.mkdir(exist_ok=True)
        more = ["--again"] if again else []
        report = json.loads(self.run("export", "--results", "--to", str(up), "--json", *more).stdout)
        path = up / os.path.basename(report["packages"][0]["file"])
        return path

    def copy(self, folder):
        """The same database on another machine, where other people mark."""
        with sqlite3.connect(self.database) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        copy = Centre(folder, self.hall, None, f"centre-{self.hall}-copy")
        for name in ("centre.db", "own.key", "peers"):
            shutil.copy2(self.folder / name, copy.folder / name)
        copy.marker, copy.seconds = self.marker + 1, self.seconds
        copy.inherited = copy.decisions()
        return copy
