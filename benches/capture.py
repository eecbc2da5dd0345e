#!/usr/bin/env python3
"""How long a capture takes, against programs that do nothing, in the same run: `just bench`.

Every round runs every row once, each round beginning one row further on, so that whatever else the machine does hits
all rows alike. Processes are started with posix_spawn and timed to the end of waitpid; stdin is a file. Builds nothing
and judges nothing: prints one table and exits 0 whatever the figures are. `--chart FILE` draws it as well.
"""

import argparse
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import chart
import home
import servers
from home import BINARY, Home, adopt_and_end, payloads

MANY = 100_000
AT_ONCE = 8


class Row:
    """One line of the table. `per`: the name of the row that it is also compared with."""

    def __init__(self, name, argv, environment, stdin, times=1, per=None):
        self.name, self.argv, self.environment, self.times, self.per = name, argv, environment, times, per
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
        codes = [os.waitpid(pid, 0)[1] for pid in pids]
        self.took.append(time.perf_counter_ns() - begin)
        self.after()
        if any(codes):
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


def table(all_rows, rounds, binary):
    print(f"{binary.name}, {binary.stat().st_size / 1e6:.2f} MB; {rounds} rounds, {os.cpu_count()} cores")
    print(f"{'':<42}{'p50 ms':>9}{'p95 ms':>9}{'x true':>9}")
    middles = {row.name: row.percentile(0.5) for row in all_rows}
    for row in all_rows:
        middle = middles[row.name]
        also = f"   {middle / middles[row.per]:.2f} x {row.per}" if row.per else ""
        print(f"{row.name:<42}{middle / 1e6:>9.3f}{row.percentile(0.95) / 1e6:>9.3f}{middle / middles['/bin/true']:>9.2f}{also}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="a built engram-hook [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=300, help="how often every row is run [default: %(default)s]")
    parser.add_argument("--chart", type=pathlib.Path, help="draw the table into this SVG")
    arguments = parser.parse_args()
    binary = home.find_binary(arguments.binary)
    service, hanging = servers.Service(), servers.Service(latency=None)
    home.KEPT.update({service.process.pid, hanging.process.pid})
    home.adopt()
    work = pathlib.Path(tempfile.mkdtemp(prefix="engram-bench-"))
    try:
        all_rows = rows(work, binary, service, hanging)
        for number in range(arguments.rounds):
            first = number % len(all_rows)
            for row in all_rows[first:] + all_rows[:first]:
                row.measure()
        table(all_rows, arguments.rounds, binary)
        if arguments.chart:
            bars = [(row.name, row.percentile(0.5) / 1e6) for row in all_rows if row.times == 1]
            arguments.chart.write_text(chart.svg("Start to exit, p50 in ms; shorter is better", bars))
    finally:
        adopt_and_end()
        service.stop()
        hanging.stop()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
