#!/usr/bin/env python3
"""Writes link/capture.ld: the functions a capture runs, in the order it first needs them. `just layout` builds and runs it.

Captures of each kind are traced under valgrind's lackey, and the addresses looked up in the program's symbols. Hashes in
the names are left open, so that the list outlives a change of the code: a function that is missing from it costs a page
at the next start, and nothing else.
"""

import bisect
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests/fixtures/payloads"
OUTPUT = ROOT / "link/capture.ld"
TURN = ("Stop.json", {"last_assistant_message": "The invoice numbers are made per tenant now. " * 32})
# The usual capture first: its order is the program's. Then the others, for what they need besides.
TRACED = [
    TURN,
    ("PostToolUse-Bash-git-commit.json", {}),
    ("PostToolUse-Bash.json", {}),
    ("PostToolUse-Write.json", {}),
    ("UserPromptSubmit.json", {"prompt": "remember: invoice numbers are made per tenant"}),
    ("SessionStart-startup-print.json", {}),
]
HEAD = """\
/* Made by link/order.py: the functions of a capture lie together, in the order it first needs them, so that a start
   touches a few stretches of the program and not forty. What is not named here is laid out as always. */
SECTIONS
{
  .text.capture :
  {
"""
# What valgrind does not see: instructions it does not know, and assembly without sections of its own.
UNSEEN = """\
    *(.text.*sha2*sha256*compress* .text.*crc32fast*specialized*)
    *libc.a:memcpy.lo(.text) *libc.a:memset.lo(.text) *libc.a:memmove.lo(.text) *libc.a:memcmp.lo(.text .text.*)
    *libc.a:getauxval.lo(.text .text.*) *libc.a:__set_thread_area.lo(.text) *crt1.o(.text)
"""
TAIL = """\
  }
}
INSERT BEFORE .text;

/* The arena comes last: what else is written to lies close to the data before it. */
SECTIONS
{
  .bss.arena (NOLOAD) : { *(.bss.*engram_hook*ARENA*) }
}
INSERT AFTER .bss;

/* A panic ends the program where it stands: nobody unwinds, and nobody reads how. */
SECTIONS
{
  /DISCARD/ : { *(EXCLUDE_FILE(*crt*.o) .eh_frame .gcc_except_table .gcc_except_table.*) }
}
INSERT AFTER .bss.arena;
"""


def functions(binary):
    """Start, end and name of each function, in order."""
    command = ["nm", "--defined-only", "--print-size", str(binary)]
    rows = [line.split(maxsplit=3) for line in subprocess.check_output(command, text=True).splitlines()]
    found = [(int(row[0], 16), int(row[1], 16), row[3]) for row in rows if len(row) == 4 and row[2] in "tTwW"]
    if not found:
        sys.exit(f"cannot order {binary}: it has no symbols; build it with CARGO_PROFILE_RELEASE_STRIP=none")
    return sorted(found)


class Home:
    """A home of its own; the first capture in it makes the spool and starts a flush."""

    def __init__(self, path, binary):
        self.path, self.binary = path, binary
        path.mkdir()
        self.environment = {
            "HOME": str(path),
            "PATH": os.environ["PATH"],
            "ENGRAM_API_KEY": "eng_" + "L" * 40,
            "ENGRAM_API_URL": "http://127.0.0.1:9",
        }

    def capture(self, name, fields, before=()):
        payload = json.loads((FIXTURES / name).read_text()) | fields | {"cwd": str(self.path)}
        command = [*before, str(self.binary), "capture"]
        subprocess.run(command, input=json.dumps(payload).encode(), env=self.environment, check=True)

    def trace(self, name, fields, before=()):
        """The addresses of the instructions of a capture, in their order."""
        log = self.path / "trace"
        valgrind = ["valgrind", "--tool=lackey", "--trace-mem=yes", f"--log-file={log}"]
        self.capture(name, fields, [*before, *valgrind])
        for line in log.read_text().splitlines():
            if line.startswith("I "):
                yield int(line.split()[1].split(",")[0], 16)


def pattern(name):
    """A function's name, with what differs from build to build left open."""
    name = re.sub(r"17h[0-9a-f]{16}E", "17h*E", name)
    name = re.sub(r"Cs[0-9A-Za-z]+_(?=\d)", "Cs*_", name)
    return name.replace("$", "?")


def main():
    binary = pathlib.Path(sys.argv[1]).resolve()
    known = functions(binary)
    starts = [start for start, _, _ in known]
    needed = {}

    def note(addresses):
        for address in addresses:
            start, size, name = known[max(0, bisect.bisect_right(starts, address) - 1)]
            if start <= address < start + size:
                needed[pattern(name)] = None

    with tempfile.TemporaryDirectory() as work:
        home = Home(pathlib.Path(work) / "usual", binary)
        home.capture(*TURN)
        (lock,) = home.path.glob(".local/state/engram-hook/spool/v1/*/flush.lock")
        for payload in TRACED:
            # Waits for the flush that the first capture started; then it is a flush that lives.
            note(home.trace(*payload, before=["flock", str(lock)]))
        note(Home(pathlib.Path(work) / "first", binary).trace(*TURN))
    lines = [f"    *(.text.{name} .text.unlikely.{name})\n" for name in needed]
    OUTPUT.write_text(HEAD + UNSEEN + "".join(lines) + TAIL)
    print(f"{OUTPUT}: {len(lines)} functions")


if __name__ == "__main__":
    main()
