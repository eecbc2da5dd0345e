"""A home directory of its own for the program, what is put into its spool, and what is sent to it."""

import ctypes
import fcntl
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import uuid
import zlib

from servers import NOBODY

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
BINARY = TARGET / f"{os.uname().machine}-unknown-linux-musl/release/engram-hook"
KEY = "eng_" + "B" * 40
PR_SET_CHILD_SUBREAPER = 36


class Home:
    """A home directory of its own, with one destination's spool in it."""

    def __init__(self, work, name, binary, url=NOBODY):
        self.path = pathlib.Path(work) / name
        self.path.mkdir()
        self.binary = str(binary)
        self.environment = {"HOME": str(self.path), "PATH": "/usr/bin:/bin", "ENGRAM_API_KEY": KEY, "ENGRAM_API_URL": url}
        self.lock = None

    def configure(self, settings):
        """Writes config.json."""
        directory = self.path / ".config/engram-hook"
        directory.mkdir(parents=True)
        (directory / "config.json").write_text(json.dumps(settings))

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

    def let_go_of_flush_lock(self):
        self.lock.close()

    def status(self):
        return json.loads(self.run("status", "--json").stdout)

    def make_spool(self, turn):
        """Brings a spool about: one capture, which cannot be delivered because the flush's lock is taken at once."""
        self.run("capture", stdin=turn)
        adopt_and_end()
        self.hold_flush_lock()

    def fill(self, count):
        """Lays down memories in sealed segments of a megabyte each, in the spool's format."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        before = self.status()["spool"]["waiting"]
        lines, size, stamp = [], 0, time.time_ns()
        for number in range(count):
            memory = {"topic": f"Turn {number}", "content": "The invoice numbers are made per tenant now. " * 6,
                      "memory_type": "note", "project": "acme-api", "tags": ["claude-code", "turn"]}
            record = {"id": str(uuid.UUID(int=number, version=4)), "at": at, "dir": "/home/dev/acme-api", "memory": memory}
            text = json.dumps(record).encode()
            length = b"%08x" % len(text)
            lines.append(b"E1 . %s %08x %s\n" % (length, zlib.crc32(length + text), text))
            size += len(lines[-1])
            if size > 1024 * 1024 or number + 1 == count:
                stamp += 1
                (self.spool / f"seal-{stamp:020}-1.jsonl").write_bytes(b"".join(lines))
                lines, size = [], 0
        waiting = self.status()["spool"]["waiting"] - before
        if waiting < count:
            sys.exit(f"cannot go on: {count} memories were laid down, and {waiting} wait")


def adopt():
    """Makes this process the parent of the flushes that captures leave behind."""
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        sys.exit("cannot adopt the flushes that captures leave behind: this needs Linux")


KEPT = set()


def children():
    """The processes that were adopted and not told to be kept."""
    listed = pathlib.Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text()
    return [int(pid) for pid in listed.split() if int(pid) not in KEPT]


def adopt_and_end():
    """A flush that a capture left behind ends here, instead of after its four seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        left = children()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        if not left:
            return
    sys.exit("cannot go on: a flush does not end")


def payloads(work):
    """A turn of 2 KB, and the write of a file of 6.5 MB that is no plan."""
    turn = json.loads((ROOT / "tests/fixtures/payloads/Stop.json").read_text())
    turn["last_assistant_message"] = "The invoice numbers are made per tenant now. " * 32
    turn["cwd"] = str(work)
    small = pathlib.Path(work) / "turn.json"
    small.write_text(json.dumps(turn) + "\n")
    write = json.loads((ROOT / "tests/fixtures/payloads/PostToolUse-Write.json").read_text())
    write["tool_input"]["content"] = "let total = lines.iter().map(|line| line.amount).sum();\n" * 113_000
    large = pathlib.Path(work) / "write.json"
    large.write_text(json.dumps(write) + "\n")
    return small, large


def find_binary(path):
    binary = pathlib.Path(path).resolve()
    if not os.access(binary, os.X_OK):
        sys.exit(f"cannot find {binary}: build it with 'just bench', or name another with --binary")
    return binary
