"""Turns the answer for one date on stdin into tab separated lines for COPY."""
import json
import sys

write = sys.stdout.write
for slot in json.load(sys.stdin)["data"]:
    start = slot["startTime"]
    for entry in slot["participants"]:
        write(f'{start}\t{entry["hallId"]}\t{entry["roomId"]}\t{entry["participantCount"]}\n')
