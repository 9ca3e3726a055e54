"""Pages a second: `tearsheet run` against a lean Scrapy spider, in turn, on one machine and one server.

    python3 tools/fetch_bench/compare.py [--program PATH] [--server PATH] [--python PATH] [--pages N] [--rounds N]

`--python` is an interpreter with Scrapy (`python3 -m venv V && V/bin/pip install scrapy`). Every page has a host name of
its own (`hN.localhost`, which leads to loopback), 32 are visited at a time. Both start with an empty database, and the
time is that of the whole process. Standard library only.
"""
import argparse
import os
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def config(port, pages, robots):
    text = 'parallel = 32\nschedule = "0 0 1 1 *"\n[fetch]\ndelay_s = 0.0\n'
    for number in range(pages):
        text += f'[source.h{number}]\nurl = "http://h{number}.localhost:{port}/"\nallow_networks = ["127.0.0.0/8"]\nrobots = "{robots}"\n'
    return text


def timed(command, **options):
    before, started = os.times(), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - started, cpu


def count(database):
    with sqlite3.connect(database) as db:
        return db.execute("SELECT count(*) FROM records").fetchone()[0]


def tearsheet(args, port, folder, robots):
    with open(os.path.join(folder, "t.toml"), "w") as file:
        file.write(config(port, args.pages, robots))
    # Ignoring robots.txt is said at every visit: those lines go to /dev/null.
    took = timed([args.program, "run", "--quiet", "--config", "t.toml"], cwd=folder)
    return took, count(os.path.join(folder, "tearsheet.db"))


def scrapy(args, port, folder, robots):
    database = os.path.join(folder, "scrapy.db")
    took = timed([args.python, os.path.join(HERE, "spider.py"), str(port), str(args.pages), database, robots])
    return took, count(database)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default="target/release/tearsheet")
    parser.add_argument("--server", default="target/release/examples/page_server")
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    args.program, args.server = os.path.abspath(args.program), os.path.abspath(args.server)
    server = subprocess.Popen([args.server, str(args.pages)], stdout=subprocess.PIPE, text=True)
    try:
        port = int(server.stdout.readline())
        for robots in ["ignore", "obey"]:
            ratios, cpu_ratios = [], []
            for number in range(args.rounds):
                rates, cpus = {}, {}
                for name, contender in [("tearsheet", tearsheet), ("scrapy", scrapy)]:
                    folder = tempfile.mkdtemp()
                    (took, cpu), records = contender(args, port, folder, robots)
                    shutil.rmtree(folder)
                    rates[name], cpus[name] = args.pages / took, cpu
                    print(f"robots {robots}, round {number + 1}: {name:9} {rates[name]:7.1f} pages/s, {cpu:6.2f} s CPU, {records} records", flush=True)
                ratios.append(rates["tearsheet"] / rates["scrapy"])
                cpu_ratios.append(cpus["scrapy"] / cpus["tearsheet"])
            print(f"robots {robots}: {statistics.median(ratios):.1f} times the pages a second, {statistics.median(cpu_ratios):.1f} times less CPU (medians of {args.rounds})")
    finally:
        server.kill()


main()
