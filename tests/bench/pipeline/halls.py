"""Turns the answer with all halls on stdin into halls.csv and rooms.csv."""
import csv
import json
import sys

with open("halls.csv", "w", newline="") as halls_file, open("rooms.csv", "w", newline="") as rooms_file:
    halls, rooms = csv.writer(halls_file), csv.writer(rooms_file)
    for hall in json.load(sys.stdin)["data"]:
        halls.writerow(hall[key] for key in ("id", "uid", "name", "address", "placeLimit", "regionId"))
        rooms.writerows((room["id"], hall["id"], room["name"], room["capacity"]) for room in hall["rooms"])
