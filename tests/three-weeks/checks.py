"""What must hold of all that was said: its own cause and dates, each cause once, and nothing silent."""

import re
from datetime import datetime, timedelta

import story

DATE = re.compile(r"\b(\d{4}-\d\d-\d\d)\b(?! \d\d:\d\d:\d\d)")
# The words by which causes are recognised.
CAUSES = ["HTTP 503", "refused the token", "active halls", "halls would be empty", "participantCount", "the token ends"]


def parsed(moment):
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(story.ZONE)


def troubles_of(alert, moment):
    """The troubles that an alert sent at that moment may be about; a recovery comes up to a day after the end."""
    grace = timedelta(days=1) if alert["event"] == "recovered" else timedelta(0)
    dates = {alert.get("exam_date"), *(alert.get("exam_dates") or [])} - {None}
    return [
        trouble
        for trouble in story.TROUBLES
        if alert["kind"] in trouble.kinds and trouble.begins <= moment < trouble.ends + grace
        and (trouble.dates is None or bool(dates) == bool(trouble.dates))
    ]


def of_alerts(sent):
    """Every alert names its own cause and dates."""
    for moment, alert in sent:
        text = f'{alert["title"]}\n{alert["message"]}'
        known = troubles_of(alert, moment)
        where = f'{moment:%d %b %H:%M} {alert["event"]} {alert["kind"]} "{alert["title"]}"'
        if not known:
            yield f"nothing of that kind was wrong: {where}"
            continue
        if alert["event"] != "recovered" and not any(word in text for trouble in known for word in trouble.words):
            yield f"another cause is named: {where}: {alert['message']!r}"
        dates = {alert.get("exam_date")} | set(alert.get("exam_dates") or []) | set(DATE.findall(alert["title"]))
        window = {(moment.date() + timedelta(days=ahead)).isoformat() for ahead in range(-1, 7)}
        for named in sorted(date for date in dates if date):
            own = any(trouble.dates is None or named in map(str, trouble.dates) for trouble in known)
            if not own or named not in window:
                yield f"the date {named} is not its own: {where}"


def of_silence(sent):
    """Every trouble that a director must hear of opens its alert in time, once, and one that ends is said to."""
    for trouble in story.TROUBLES:
        opened = [
            moment
            for moment, alert in sent
            if alert["event"] == "opened" and alert["kind"] == trouble.must and trouble in troubles_of(alert, moment)
        ]
        if trouble.must and not any(moment <= trouble.begins + trouble.within for moment in opened):
            yield f"{trouble.name}: no alert {trouble.must} by {trouble.begins + trouble.within:%d %b %H:%M}"
        # A second word is due for a token: a week and a day before its end.
        most = 2 if trouble.must == "token_ends" else 1
        if len(opened) > most:
            yield f"{trouble.name}: {len(opened)} alerts {trouble.must} were opened for it"
        recovered = [
            moment
            for moment, alert in sent
            if alert["event"] == "recovered" and alert["kind"] == trouble.must and trouble in troubles_of(alert, moment)
        ]
        if trouble.must in ("failure", "refused", "auth") and len(recovered) != 1:
            yield f"{trouble.name}: {len(recovered)} messages say that it is over"


def repeated(text):
    """Causes that a text names more than once."""
    for cause in CAUSES:
        if text.count(cause) > 1:
            yield f"{cause!r} {text.count(cause)} times"


def of_mails(mails):
    """A mail names each cause once, and has the headers that it must have."""
    seen = set()
    for moment, mail, _ in mails:
        body = mail.get_content()
        for cause in repeated(body):
            yield f'{moment:%d %b %H:%M} the mail "{mail["Subject"]}" names {cause}'
        for name, value in [("MIME-Version", "1.0"), ("Auto-Submitted", "auto-generated")]:
            if mail[name] != value:
                yield f'{moment:%d %b %H:%M} the mail "{mail["Subject"]}" has {name}: {mail[name]}'
        for reference in (mail["References"] or "").split():
            if reference not in seen:
                yield f'{moment:%d %b %H:%M} the mail "{mail["Subject"]}" refers to a mail that was never sent'
        seen.add(mail["Message-ID"])


def of_recipients(mails):
    """The director has every mail at once and once, the one whose mailbox is full each of them once, as soon as it is not."""
    got = {
        recipient: [(moment, mail["Message-ID"]) for moment, mail, to in mails if recipient in to]
        for recipient in (story.DIRECTOR, story.OTHER)
    }
    ids = {recipient: [message for _, message in all] for recipient, all in got.items()}
    for recipient, all in ids.items():
        if len(all) != len(set(all)) or set(all) != set(ids[story.DIRECTOR]):
            yield f"{recipient} has {len(all)} mails, {len(set(all))} different, of {len(set(ids[story.DIRECTOR]))}"
    sent = {message: moment for moment, message in got[story.DIRECTOR]}
    for moment, message in got[story.OTHER]:
        full = story.MAILBOX_FULL[0] <= sent[message] < story.MAILBOX_FULL[1]
        if moment - sent[message] > (story.MAILBOX_FULL[1] - sent[message] if full else timedelta(0)) + timedelta(hours=3):
            yield f"{sent[message]:%d %b %H:%M} a mail reached {story.OTHER} only at {moment:%d %b %H:%M}"


def of_table(moment, text):
    """What the head says of dates stands in the table of dates, too."""
    states = dict(re.findall(r"^(\d{4}-\d\d-\d\d) +\d+  (\w+)", text, re.MULTILINE))
    head = " ".join(text.split("\n\n")[0].split())
    for dates, said in re.findall(r"participants of [^:(]*\(?([\d, -]+)\)?: (never|\w+)", head):
        first = dates[:8]
        for day in re.findall(r"\b(?:\d{4}-\d\d-)?(\d\d)\b(?!-)", dates):
            if states.get(first + day, said) != said:
                yield f"{moment:%d %b %H:%M} status calls {first + day} {said} in its head and {states[first + day]} in its table"


def of_mornings(mornings):
    """`status` names each cause once, and is content when nothing is wrong."""
    for moment, text, code in mornings:
        for cause in repeated(text):
            yield f"{moment:%d %b %H:%M} status names {cause}"
        yield from of_table(moment, text)
        wrong = [
            trouble.name
            for trouble in story.TROUBLES
            if trouble.must and trouble.must != "late_change" and trouble.begins < moment < trouble.ends
            and not (trouble.must == "token_ends" and moment < trouble.ends - timedelta(days=1))
            and moment >= trouble.begins + trouble.within
        ]
        if wrong and code == 0:
            yield f"{moment:%d %b %H:%M} --check is 0 while something is wrong: {', '.join(wrong)}"
        waiting = story.MAILBOX_FULL[0] < moment < story.MAILBOX_FULL[1]
        if waiting and "452" not in text:
            yield f"{moment:%d %b %H:%M} status does not say that mails wait"
        ever = waiting or any(trouble.begins - timedelta(hours=1) < moment < trouble.ends + timedelta(hours=12)
                   for trouble in story.TROUBLES if trouble.must != "token_ends")
        near = story.TOKEN_ENDS - timedelta(days=1, hours=1) < moment < story.at(15, 6)
        if code != 0 and not ever and not near:
            yield f"{moment:%d %b %H:%M} --check is {code} while nothing is wrong"


def of_passes(passes):
    """A pass says something when it fails, and nothing when all is well."""
    for moment, arguments, code, said in passes:
        if code and not said:
            yield f"{moment:%d %b %H:%M} {' '.join(arguments)} ended with {code} and said nothing"
        first = said.split("\n\n")[0]
        for cause in repeated(first.split("examsync: in ")[0]):
            yield f"{moment:%d %b %H:%M} {' '.join(arguments)} names {cause}"
