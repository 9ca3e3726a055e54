#!/usr/bin/env python3
"""What a repeat costs on disk: bytes that the database file grows by per sighting, without VACUUM.

    python3 tools/repeat_cost.py target/release/tearsheet [CAPTURES] [TEASERS] [ARCHIVE]

An archive of ARCHIVE articles is ingested first, so that record numbers are as long as in a store of that size. Then a
front page of TEASERS articles is captured CAPTURES times, one hour apart; half way, one article in ten is replaced.
"""

import datetime
import json
import os
import subprocess
import sys
import tempfile


def rows(out, articles, at):
    for number in articles:
        json.dump({
            "source": "gazette",
            "url": f"https://gazette.example/2026/story-{number}",
            "title": f"The long tale of story {number} and what the town made of it",
            "excerpt": f"What everybody wanted to know about number {number}, told by those who were there.",
            "captured_at": at.isoformat().replace("+00:00", "Z"),
        }, out)
        out.write("\n")


def ingest(program, folder, name):
    command = [program, "--quiet", "ingest", "--db", "t.db", name]
    subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    assert not os.path.exists(os.path.join(folder, "t.db-wal")), "the log was not written back"
    return os.path.getsize(os.path.join(folder, "t.db"))


def main():
    program = os.path.abspath(sys.argv[1])
    captures, teasers, archive = (int(a) for a in (sys.argv[2:] + ["2000", "30", "100000"][len(sys.argv) - 2:]))
    start = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "archive.jsonl"), "w") as out:
            for page in range(0, archive, 100):
                rows(out, range(page, page + 100), start - datetime.timedelta(hours=page + 1))
        with open(os.path.join(folder, "first.jsonl"), "w") as out:
            rows(out, range(archive, archive + teasers), start)
        with open(os.path.join(folder, "later.jsonl"), "w") as out:
            for capture in range(1, captures + 1):
                shift = teasers // 10 if capture > captures // 2 else 0
                rows(out, range(archive - shift, archive - shift + teasers), start + datetime.timedelta(hours=capture))
        ingest(program, folder, "archive.jsonl")
        before = ingest(program, folder, "first.jsonl")
        after = ingest(program, folder, "later.jsonl")
    sightings = captures * teasers
    print(f"{sightings} sightings, {after - before} bytes more: {(after - before) / sightings:.2f} bytes a sighting")


if __name__ == "__main__":
    main()
