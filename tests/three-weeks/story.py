"""What happens in the three weeks: the feeds at any moment, and what goes wrong from when to when."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone

ZONE = timezone(timedelta(hours=4))  # Asia/Baku, which has no summer time
FIRST = date(2027, 5, 10)
DAYS = 21
# A halls pass in the night and five of the dates: 126 passes.
PASSES = [
    (time(2, 10), ["halls", "--full"]),
    (time(5, 30), ["participants"]),
    (time(8, 30), ["participants"]),
    (time(12, 0), ["participants"]),
    (time(18, 0), ["participants"]),
    (time(23, 0), ["participants"]),
]
MORNING = time(8, 45)
HALLS = 10
EXAM_DAYS = [3, 5, 10, 12, 17, 19]
NAMES = ["Bakı Dövlət Universiteti", "Gəncə liseyi № 2", "Школа № 3", "مدرسة النور", "O'Hara College"]


def at(day, hour, minute=0):
    """A moment of the story: days count from 0."""
    return datetime.combine(FIRST + timedelta(days=day), time(hour, minute), ZONE)


def day(number):
    return FIRST + timedelta(days=number)


@dataclass(frozen=True)
class Trouble:
    """Something that a director must hear of, and what it may be called."""

    name: str
    begins: datetime
    ends: datetime
    # The kinds of alert that may open for it, and the one that must, if any.
    kinds: frozenset
    must: str | None
    # What its texts say of the cause: at least one of these words is in each.
    words: tuple
    # The dates that it may name; None for any of the window.
    dates: frozenset | None = None
    # The alert must be there this long after it begins.
    within: timedelta = timedelta(0)


TOKEN_ENDS = at(14, 12)
TROUBLES = [
    # One pass fails, on no exam's eve: nothing to hear of but its own mail from cron.
    Trouble("short outage", at(1, 11), at(1, 13), frozenset(), None, ("HTTP 503",)),
    Trouble("long outage", at(6, 1), at(7, 1), frozenset({"failure"}), "failure", ("HTTP 503",), None, timedelta(hours=22)),
    # The exam of the next day is near, so one pass that fails is enough; of that date alone.
    Trouble("outage on an exam's eve", at(18, 17), at(18, 19), frozenset({"failure"}), "failure", ("HTTP 503",),
            frozenset({day(19)}), timedelta(hours=2)),
    Trouble("seats move on an exam morning", at(3, 5), at(3, 9), frozenset({"late_change"}), "late_change",
            ("09:00 → 10:00", "09:00", "10:00"), frozenset({day(3)}), timedelta(hours=1)),
    Trouble("seats move on another exam morning", at(12, 5), at(12, 9), frozenset({"late_change"}), "late_change",
            ("09:00", "11:00"), frozenset({day(12)}), timedelta(hours=1)),
    Trouble("halls shrink", at(8, 1), at(9, 1), frozenset({"refused"}), "refused", ("10 active halls",), frozenset(),
            timedelta(hours=2)),
    Trouble("a date shrinks", at(9, 11), at(9, 17), frozenset({"refused"}), "refused", ("halls would be empty",),
            frozenset({day(10)}), timedelta(hours=2)),
    Trouble("a hall in use is closed", at(11, 1), at(13, 1), frozenset({"closed_in_use"}), "closed_in_use",
            ("hall 5",), frozenset(), timedelta(hours=2)),
    Trouble("the token ends soon", TOKEN_ENDS - timedelta(days=7), TOKEN_ENDS, frozenset({"token_ends"}), "token_ends",
            ("token",), frozenset(), timedelta(hours=7)),
    Trouble("the token has ended", TOKEN_ENDS, at(15, 2), frozenset({"auth", "token_ends"}), "auth",
            ("token",), None, timedelta(hours=1)),
    Trouble("bad records", at(16, 11), at(17, 11), frozenset({"data_inconsistency"}), "data_inconsistency",
            ("participantCount",), frozenset({day(17)}), timedelta(hours=2)),
]


def active(moment, name):
    return any(trouble.name == name and trouble.begins <= moment < trouble.ends for trouble in TROUBLES)


def token(moment):
    """The token that the settings hold: a JWT, renewed in the night after it ended."""
    ends = TOKEN_ENDS if moment < at(15, 1) else at(60, 0)
    part = lambda value: base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
    return f'{part({"alg": "none"})}.{part({"exp": int(ends.timestamp())})}.c2ln'


# The mailbox of one of two recipients is full for two days.
DIRECTOR, OTHER = "director@example.com", "ops@example.com"
MAILBOX_FULL = (at(8, 0), at(10, 0))


def put_off(moment):
    """The recipients whom the mail server puts off."""
    return {OTHER} if MAILBOX_FULL[0] <= moment < MAILBOX_FULL[1] else set()


def status(moment):
    """The status that the API answers everything with, or None."""
    if any(active(moment, outage) for outage in ("short outage", "long outage", "outage on an exam's eve")):
        return 503
    return 401 if active(moment, "the token has ended") else None


def halls(moment):
    rooms = lambda hall: [
        {"id": hall * 10 + nth, "name": f"Otaq {nth}", "capacity": 40, "isActive": 1} for nth in range(4)
    ]
    feed = [
        {"id": hall, "name": f"{NAMES[hall % len(NAMES)]} {hall}", "isActive": 1, "rooms": rooms(hall)}
        for hall in range(1, HALLS + 1)
    ]
    if active(moment, "halls shrink"):
        feed = feed[:3]
    if active(moment, "a hall in use is closed"):
        feed[4]["isActive"] = 0
    return feed


def participants(exam_date, moment):
    if exam_date not in {day(number) for number in EXAM_DAYS}:
        return []
    count = lambda hall, room, people: {"hallId": hall, "roomId": hall * 10 + room, "participantCount": people}
    full = lambda: [count(hall, room, 24) for hall in range(1, HALLS + 1) for room in range(4)]
    slots = [{"startTime": "09:00", "participants": full()}, {"startTime": "14:00", "participants": full()}]
    if exam_date == day(3) and moment >= at(3, 5):
        slots[0]["startTime"] = "10:00"
    if exam_date == day(12) and moment >= at(12, 5):
        moved = [entry for entry in slots[0]["participants"] if entry["hallId"] <= 4]
        slots[0]["participants"] = [entry for entry in slots[0]["participants"] if entry["hallId"] > 4]
        slots.append({"startTime": "11:00", "participants": moved})
    if exam_date == day(10) and active(moment, "a date shrinks"):
        for slot in slots:
            slot["participants"] = [entry for entry in slot["participants"] if entry["hallId"] <= 4]
    if exam_date == day(17) and active(moment, "bad records"):
        slots[1]["participants"][0]["participantCount"] = -1
    return slots
