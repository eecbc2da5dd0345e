#!/usr/bin/env python3
"""How long a capture takes, against `/bin/true` in the same run: `just bench`.

Every round runs every row once, each round beginning one row further on, so that whatever else the machine does hits
all rows alike. Processes are started with posix_spawn and timed to the end of waitpid; stdin is a file. Builds nothing
and judges nothing: prints one table and exits 0 whatever the figures are.
"""

import argparse
import ctypes
import fcntl
import http.server
import json
import multiprocessing
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
import zlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / f"{os.uname().machine}-unknown-linux-musl/release/engram-hook"
KEY = "eng_" + "B" * 40
# Nothing listens on the discard port, and nothing is sent to it: the rows that use it hold the flush's lock.
NOBODY = "http://127.0.0.1:9"
MANY = 100_000
AT_ONCE = 8
PR_SET_CHILD_SUBREAPER = 36


class Answering(http.server.BaseHTTPRequestHandler):
    """Takes every memory."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers.get("content-length", 0)))
        body = b'{"id":"mem_bench"}'
        self.send_response(201)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def answer_forever(port):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.daemon_threads = True
    port.send(server.server_address[1])
    server.serve_forever()


class Home:
    """A home directory of its own, with one destination's spool in it."""

    def __init__(self, work, name, binary, url=NOBODY):
        self.path = work / name
        self.path.mkdir()
        self.binary = str(binary)
        self.environment = {"HOME": str(self.path), "PATH": "/usr/bin:/bin", "ENGRAM_API_KEY": KEY, "ENGRAM_API_URL": url}
        self.lock = None

    def run(self, *words, stdin=None):
        with open(stdin or os.devnull, "rb") as file:
            return subprocess.run([self.binary, *words], stdin=file, env=self.environment, check=True, capture_output=True)

    @property
    def spool(self):
        (spool,) = (self.path / ".local/state/engram-hook/spool/v1").iterdir()
        return spool

    def hold_flush_lock(self):
        """What a capture sees of a flush that lives is that somebody holds this lock."""
        self.lock = open(self.spool / "flush.lock", "r+b")
        fcntl.flock(self.lock, fcntl.LOCK_EX)

    def status(self):
        return json.loads(self.run("status", "--json").stdout)


class Row:
    """One line of the table."""

    def __init__(self, name, argv, environment, stdin, times=1):
        self.name, self.argv, self.environment, self.times = name, argv, environment, times
        self.actions = [
            (os.POSIX_SPAWN_OPEN, 0, str(stdin), os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
        ]
        self.took = []
        self.before = self.after = lambda: None

    def measure(self):
        self.before()
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


def end_children(keep):
    """A flush that a capture left behind is adopted by this process, and ends here instead of after its four seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        listed = pathlib.Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
        left = [int(pid) for pid in listed.split() if int(pid) not in keep]
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if not left:
            return
    sys.exit("cannot go on: a flush does not end")


def delivered(home, count):
    """Waits until a flush has written that it delivered so many."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        try:
            if json.loads((home.spool / "ledger").read_text()).get("accepted", 0) >= count:
                return
        except (FileNotFoundError, ValueError):
            pass
        time.sleep(0.002)
    sys.exit(f"cannot go on: a flush delivered nothing within 5 s: {home.status()}")


def payloads(work):
    """A turn of 2 KB, and the write of a file of 6.5 MB that is no plan."""
    turn = json.loads((ROOT / "tests/fixtures/payloads/Stop.json").read_text())
    turn["last_assistant_message"] = "The invoice numbers are made per tenant now. " * 32
    turn["cwd"] = str(work)
    small = work / "turn.json"
    small.write_text(json.dumps(turn) + "\n")
    write = json.loads((ROOT / "tests/fixtures/payloads/PostToolUse-Write.json").read_text())
    write["tool_input"]["content"] = "let total = lines.iter().map(|line| line.amount).sum();\n" * 113_000
    large = work / "write.json"
    large.write_text(json.dumps(write) + "\n")
    return small, large


def fill(home, count):
    """Sealed segments of a megabyte each, in the spool's format."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
    lines, size, stamp = [], 0, time.time_ns()

    def seal():
        nonlocal lines, size, stamp
        stamp += 1
        (home.spool / f"seal-{stamp:020}-1.jsonl").write_bytes(b"".join(lines))
        lines, size = [], 0

    for number in range(count):
        memory = {"topic": f"Turn {number}", "content": "The invoice numbers are made per tenant now. " * 6,
                  "memory_type": "note", "project": "acme-api", "tags": ["claude-code", "turn"]}
        record = {"id": str(uuid.UUID(int=number, version=4)), "at": at, "dir": "/home/dev/acme-api", "memory": memory}
        text = json.dumps(record).encode()
        length = b"%08x" % len(text)
        lines.append(b"E1 . %s %08x %s\n" % (length, zlib.crc32(length + text), text))
        size += len(lines[-1])
        if size > 1024 * 1024:
            seal()
    seal()
    waiting = home.status()["spool"]["waiting"]
    if waiting < count:
        sys.exit(f"cannot go on: {count} memories were laid down, and {waiting} wait")


def rows(work, binary, url, keep):
    small, large = payloads(work)
    plain = {"PATH": "/usr/bin:/bin"}

    def capture(name, home, stdin=small, times=1):
        return Row(name, [str(binary), "capture"], home.environment, stdin, times)

    def alive(name):
        home = Home(work, name, binary)
        home.run("capture", stdin=small)
        # The flush that this started cannot deliver, and is about to end.
        end_children(keep)
        home.hold_flush_lock()
        return home

    starting = Home(work, "starting", binary, url)
    starts = capture("capture, starts a flush", starting)
    starts.after = lambda: (delivered(starting, len(starts.took)), end_children(keep))

    refused = alive("refused")
    refused.lock.close()
    later = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))
    (refused.spool / "retry").write_text(json.dumps({"next_at": later, "attempt": 3, "because": "no answer", "suspects": []}))
    os.chmod(refused.spool / "retry", 0o600)
    if refused.status()["spool"]["next_try"] is None:
        sys.exit("cannot go on: the wait that was laid down is not believed")

    full = alive("full")
    fill(full, MANY)
    true = Row("/bin/true", ["/bin/true"], plain, os.devnull)
    return true, [
        true,
        Row("sh -c true", ["/bin/sh", "-c", "true"], plain, os.devnull),
        capture("capture, a flush is alive", alive("alive")),
        starts,
        capture("capture, the next try is not due", refused),
        capture(f"capture, {MANY:,} memories wait", full),
        Row("cat > /dev/null, 6.5 MB", ["/bin/cat"], plain, large),
        capture("capture, 6.5 MB", alive("large"), large),
        Row(f"{AT_ONCE} x /bin/true at once", ["/bin/true"], plain, os.devnull, AT_ONCE),
        capture(f"{AT_ONCE} captures at once", alive("crowd"), small, AT_ONCE),
    ]


def table(true, all_rows, rounds, binary):
    print(f"{binary}, {binary.stat().st_size / 1e6:.2f} MB; {rounds} rounds, {os.cpu_count()} cores")
    print(f"{'':<34}{'p50 ms':>9}{'p95 ms':>9}{'x true':>9}")
    floor = true.percentile(0.5)
    by_name = {row.name: row.percentile(0.5) for row in all_rows}
    for row in all_rows:
        middle = row.percentile(0.5)
        print(f"{row.name:<34}{middle / 1e6:>9.3f}{row.percentile(0.95) / 1e6:>9.3f}{middle / floor:>9.2f}")
    names = list(by_name)
    for label, over, under in [
        (f"{MANY:,} waiting / none", names[5], names[2]),
        ("6.5 MB / cat of it", names[7], names[6]),
        (f"{AT_ONCE} captures / {AT_ONCE} x true", names[9], names[8]),
    ]:
        print(f"{label:<52}{by_name[over] / by_name[under]:>9.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="a built engram-hook [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=300, help="how often every row is run [default: %(default)s]")
    arguments = parser.parse_args()
    binary = arguments.binary.resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"cannot find {binary}: build it with ./install.sh, or name another with --binary")
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=answer_forever, args=(theirs,), daemon=True)
    server.start()
    url = f"http://127.0.0.1:{ours.recv()}"
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit("cannot adopt the flushes that captures leave behind: this needs Linux")
    work = pathlib.Path(tempfile.mkdtemp(prefix="engram-bench-"))
    keep = {server.pid}
    try:
        true, all_rows = rows(work, binary, url, keep)
        for number in range(arguments.rounds):
            first = number % len(all_rows)
            for row in all_rows[first:] + all_rows[:first]:
                row.measure()
        table(true, all_rows, arguments.rounds, binary)
    finally:
        end_children(keep)
        server.terminate()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
