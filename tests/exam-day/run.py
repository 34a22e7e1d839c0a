"""The exam day: what happens, in order. See tests/exam_day.sh."""

import json
import random
import shutil
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from ends import Centre, Head
from record import Record

DATE = (date.today() + timedelta(days=1)).isoformat()
STATUSES = ["present", "absent", "late", "excused"]
WAVES = 3
FORKS = 3
LATE = 0.5
LOST = 0.05
# Head office hears of so many people by telephone, before any results come.
BY_TELEPHONE = 0.01


def feeds(folder, centres, people):
    """The feeds of head office: two rooms a hall, half of the people in each."""
    halls = [
        {
            "id": hall,
            "name": f"School {hall}",
            "rooms": [
                {"id": hall * 10 + room, "name": f"Room {room}", "capacity": people, "examHallId": hall, "isActive": 1}
                for room in (1, 2)
            ],
            "isActive": 1,
        }
        for hall in range(1, centres + 1)
    ]
    seats = [
        {
            "hallId": hall,
            "roomId": hall * 10 + 1 + seat % 2,
            "profileExamId": hall * 10_000 + seat,
            "placeId": seat + 1,
            "participantName": f"Person {hall}-{seat}",
        }
        for hall in range(1, centres + 1)
        for seat in range(people)
    ]
    (folder / "halls.json").write_text(json.dumps({"data": halls}))
    day = {"data": [{"startTime": "09:00", "participants": seats}]}
    (folder / "participants.json").write_text(json.dumps(day))


def wave(centre, number, people, chance):
    """Marks at one centre: most people in the first wave, corrections in the others."""
    share = {1: 0.95, 2: 0.1, 3: 0.1}[number]
    chosen = [centre.hall * 10_000 + seat for seat in range(people) if chance.random() < share]
    centre.mark({person: chance.choice(STATUSES) for person in chosen})


class Post:
    """Sticks on their way to head office."""

    def __init__(self, head, record, chance):
        self.head, self.record, self.chance = head, record, chance
        self.late, self.count = [], {"late": 0, "lost": 0}

    def send(self, centre, path, last):
        if self.chance.random() < LOST:
            self.count["lost"] += 1
            path.unlink()
            if last:
                # Somebody asks for it, and it is written once more.
                self.deliver(centre, centre.results(again=True))
        elif not last and self.chance.random() < LATE:
            self.count["late"] += 1
            self.late.append((centre, path))
        else:
            self.deliver(centre, path)

    def deliver(self, centre, path):
        self.record.imported(self.head.take(path), centre)

    def catch_up(self, waiting):
        """What was late in the wave before comes now, behind newer ones."""
        for centre, path in waiting:
            self.deliver(centre, path)


def run(folder, centres_count, people):
    chance = random.Random(17)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    feeds(folder, centres_count, people)
    started = time.monotonic()
    head = Head(folder)
    head.run("halls", "--from", str(folder / "halls.json"))
    head.run("participants", "--date", DATE, "--from", str(folder / "participants.json"))
    centres = [Centre(folder, hall, head) for hall in range(1, centres_count + 1)]
    head.add_peers(centres)
    head.export_all(centres)
    for centre in centres:
        centre.take(folder / "down" / f"hall-{centre.hall}-v0001.examsync")
    print(f"{centres_count} packages written and taken after {time.monotonic() - started:.0f} s", flush=True)

    everybody = [hall * 10_000 + seat for hall in range(1, centres_count + 1) for seat in range(people)]
    called = chance.sample(everybody, round(len(everybody) * BY_TELEPHONE))
    head.mark({person: chance.choice(STATUSES) for person in called})

    record = Record(head)
    post = Post(head, record, chance)
    copies = []
    for number in range(1, WAVES + 1):
        waiting, post.late = post.late, []
        for centre in centres:
            wave(centre, number, people, chance)
            post.send(centre, centre.results(), number == WAVES)
        if number == 1:
            # Nothing is late of these: what both copies have in common is known.
            copies = [centre.copy(folder) for centre in centres[:FORKS]]
        for copy in copies:
            wave(copy, 2 if number == 1 else number, people, chance)
            post.deliver(copy, copy.results())
        post.catch_up(waiting)
        print(f"wave {number} is at head office after {time.monotonic() - started:.0f} s", flush=True)
    return record.check(centres, copies, len(everybody), post.count)


if __name__ == "__main__":
    sys.exit(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
