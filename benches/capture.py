#!/usr/bin/env python3
"""How long a capture takes, against programs that do nothing, in the same run: `just bench`.

Every round runs every row once, each round in another order, so that whatever else the machine does hits
all rows alike. Processes are started with posix_spawn and timed to the end of waitpid; stdin is a file. Builds nothing
and judges nothing: prints one table and exits 0 whatever the figures are. A second one is of other hooks (`peers.py`).
`--chart FILE` draws the first, and `--into FILE` puts what was printed into a document, between its marks.
"""

import argparse
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

import chart
import home
import servers
from document import put_into
from home import BINARY, Home, adopt_and_end, payloads

MANY = 100_000
AT_ONCE = 8
# A round of the other hooks takes seconds.
MOST_PEER_ROUNDS = 20


class Row:
    """One line of the table. `per`: the name of the row that it is also compared with. Ours have to exit with 0."""

    def __init__(self, name, argv, environment, stdin, times=1, per=None, ours=True):
        self.name, self.argv, self.environment, self.times, self.per = name, argv, environment, times, per
        self.stdin, self.ours, self.failed = stdin, ours, []
        self.actions = [
            (os.POSIX_SPAWN_OPEN, 0, str(stdin), os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        self.took = []
        self.after = lambda: None

    def measure(self):
        begin = time.perf_counter_ns()
        pids = [
            os.posix_spawn(self.argv[0], self.argv, self.environment, file_actions=self.actions)
            for _ in range(self.times)
        ]
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        self.took.append(time.perf_counter_ns() - begin)
        self.after()
        self.failed += filter(None, codes)
        if self.failed and self.ours:
            sys.exit(f"cannot go on: {self.argv} ended with {codes}")

    def percentile(self, share):
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def delivered(place, count):
    """Waits until a flush has written that it delivered so many."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if json.loads((place.spool / "ledger").read_text()).get("accepted", 0) >= count:
                return
        except (FileNotFoundError, ValueError):
            pass
        time.sleep(0.002)
    sys.exit(f"cannot go on: a flush delivered nothing within 30 s: {place.status()}")


def floors(plain):
    """What any hook costs at least, by what it is written in."""
    for name, words in [
        ("/bin/true", ["true"]),
        ("sh -c true", ["sh", "-c", "true"]),
        ("python3 -c pass", ["python3", "-c", "pass"]),
        ("node -e 0", ["node", "-e", "0"]),
    ]:
        path = shutil.which(words[0], path="/bin:/usr/bin:/usr/local/bin")
        if path:
            yield Row(name, [path, *words[1:]], plain, os.devnull)
        else:
            print(f"left out: {name}, because there is no {words[0]} here")


def rows(work, binary, service, hanging):
    small, large = payloads(work)
    plain = {"PATH": "/usr/bin:/bin", "HOME": str(work)}

    def capture(name, place, stdin=small, times=1, per=None):
        return Row(name, [str(binary), "capture"], place.environment, stdin, times, per)

    def alive(name):
        place = Home(work, name, binary)
        place.make_spool(small)
        return place

    starting = Home(work, "starting", binary, service.url)
    starts = capture("capture, starts a flush", starting)
    starts.after = lambda: (delivered(starting, len(starts.took)), adopt_and_end())

    refused = Home(work, "refused", binary)
    refused.run("capture", stdin=small)
    for pid in home.children():
        os.waitpid(pid, 0)
    if refused.status()["spool"]["next_try"] is None:
        sys.exit("cannot go on: the flush that was refused did not say when to try next")

    hangs = capture("capture, the server never answers", Home(work, "hanging", binary, hanging.url))
    hangs.after = adopt_and_end

    full = alive("full")
    full.fill(MANY)
    return [
        *floors(plain),
        capture("capture, a flush is alive", alive("alive")),
        starts,
        capture("capture, the server refuses connections", refused),
        hangs,
        capture(f"capture, {MANY:,} memories wait", full, per="capture, a flush is alive"),
        Row("cat > /dev/null, 6.5 MB", ["/bin/cat"], plain, large),
        capture("capture, 6.5 MB", alive("large"), large, per="cat > /dev/null, 6.5 MB"),
        Row(f"{AT_ONCE} x /bin/true at once", ["/bin/true"], plain, os.devnull, AT_ONCE),
        capture(f"{AT_ONCE} captures at once", alive("crowd"), small, AT_ONCE, f"{AT_ONCE} x /bin/true at once"),
    ]


def run(all_rows, rounds):
    for number in range(rounds):
        # The same order in every run, and in each round another: what ran before a row leaves the caches as it likes.
        for row in random.Random(number).sample(all_rows, len(all_rows)):
            row.measure()


def table(all_rows):
    """Its lines. The first row is what the others are divided by."""
    yield f"{'':<50}{'runs':>5}{'p50 ms':>10}{'p95 ms':>10}{'x true':>9}"
    middles = {row.name: row.percentile(0.5) for row in all_rows}
    floor = all_rows[0].percentile(0.5)
    for row in all_rows:
        middle = middles[row.name]
        also = f"   {middle / middles[row.per]:.2f} x {row.per}" if row.per else ""
        also += f"   {len(row.failed)} ended with exit code {row.failed[0]}" if row.failed else ""
        figures = f"{len(row.took):>5}{middle / 1e6:>10.3f}{row.percentile(0.95) / 1e6:>10.3f}{middle / floor:>9.2f}"
        yield f"{row.name:<50}{figures}{also}"


def heading(binary):
    """What was measured, and on what."""
    return (f"engram-hook, {binary.stat().st_size / 1e6:.2f} MB; {os.cpu_count()} cores, {os.uname().sysname} "
            f"{os.uname().release.partition('-')[0]} {os.uname().machine}, load {os.getloadavg()[0]:.1f} before")


def peers(binary, rounds):
    """The second table, by a program of its own."""
    words = [sys.executable, str(home.ROOT / "benches/peers.py"), "--binary", str(binary), "--rounds", str(rounds)]
    ran = subprocess.run(words, stdout=subprocess.PIPE, text=True, check=False)
    return ran.stdout.splitlines() if ran.returncode == 0 else ["left out: the other hooks: benches/peers.py says why"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="a built engram-hook [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=300, help="how often every row is run [default: %(default)s]")
    parser.add_argument("--chart", type=pathlib.Path, help="draw the table into this SVG")
    parser.add_argument("--into", type=pathlib.Path, help="put what is printed into this document")
    parser.add_argument("--no-peers", action="store_true", help="only ours: fetches nothing and runs no other hook")
    arguments = parser.parse_args()
    binary = home.find_binary(arguments.binary)
    lines = []

    def say(*said):
        lines.extend(said)
        print(*said, sep="\n", flush=True)

    say(heading(binary))
    service, hanging = servers.Service(), servers.Service(latency=None)
    home.KEPT.update({service.process.pid, hanging.process.pid})
    home.adopt()
    work = pathlib.Path(tempfile.mkdtemp(prefix="engram-bench-"))
    try:
        all_rows = rows(work, binary, service, hanging)
        run(all_rows, arguments.rounds)
        say(*table(all_rows))
        if arguments.chart:
            bars = [(row.name, row.percentile(0.5) / 1e6) for row in all_rows if row.times == 1]
            arguments.chart.write_text(chart.svg("Start to exit, p50 in ms; shorter is better", bars))
    finally:
        adopt_and_end()
        service.stop()
        hanging.stop()
        shutil.rmtree(work, ignore_errors=True)
    if not arguments.no_peers:
        say("", *peers(binary, min(arguments.rounds, MOST_PEER_ROUNDS)))
    if arguments.into:
        put_into(arguments.into, "just bench", lines)


if __name__ == "__main__":
    main()
