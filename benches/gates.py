#!/usr/bin/env python3
"""Gates that noise cannot break, against `benches/gates.toml`: instructions and system calls of one capture, the size of the
program, and the most memory of a flush. `just gates`.

Nothing here is a time. A gate fails more than a tenth above what was seen before, or above its budget; the figures are
printed either way. Needs valgrind and strace.
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import flush
import home
from home import BINARY, ROOT, Home

SLACK = 1.1


def instructions(place, payload):
    """Counted by callgrind, which knows no SHA instructions: a processor that does executes a third fewer."""
    out = place.path / "callgrind"
    counted = traced(place, payload, ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}"])
    return int(re.search(r"Collected : (\d+)", counted).group(1))


def system_calls(place, payload):
    """All of them, from `execve` to `exit_group`."""
    log = place.path / "calls"
    traced(place, payload, ["strace", "-f", "-o", str(log)])
    return len(re.findall(r"^\d+ +\w+\(", log.read_text(), re.MULTILINE))


def traced(place, payload, tool):
    environment = place.environment | {"PATH": os.environ["PATH"]}
    with open(payload, "rb") as stdin:
        command = [*tool, place.binary, "capture"]
        ran = subprocess.run(command, stdin=stdin, env=environment, capture_output=True, text=True, check=True)
    return ran.stderr


def figures(work, binary):
    """Each gate's name and a way to its figure."""
    turn, file = home.payloads(work)
    call = work / "call.json"
    payload = json.loads((ROOT / "tests/fixtures/payloads/PostToolUse-Bash.json").read_text())
    call.write_text(json.dumps(payload | {"cwd": str(work)}) + "\n")
    place = Home(work, "home", binary)
    place.make_spool(turn)
    yield "instructions: a turn, a flush is alive", lambda: instructions(place, turn)
    yield "instructions: a tool call that is not kept", lambda: instructions(place, call)
    yield "instructions: a file of 6.5 MB that is no plan", lambda: instructions(place, file)
    yield "system calls: a turn, a flush is alive", lambda: system_calls(place, turn)
    yield "system calls: a tool call that is not kept", lambda: system_calls(place, call)
    yield "bytes: the program", lambda: pathlib.Path(binary).stat().st_size
    yield "bytes: most memory of a flush, 100,000 waiting", lambda: flush.peak(work, binary, 100_000)


def judge(name, figure, gate):
    limit = min(gate["seen"] * SLACK, gate.get("most", float("inf")))
    verdict = "ok" if figure <= limit else "TOO MUCH"
    print(f"{name:<52}{figure:>12,}{gate['seen']:>12,}{limit:>12,.0f}  {verdict}")
    return figure <= limit


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", default=BINARY, help="a built engram-hook [default: %(default)s]")
    binary = home.find_binary(parser.parse_args().binary)
    if os.uname().machine != "x86_64":
        sys.exit("cannot judge: the figures in benches/gates.toml are those of x86-64")
    gates = tomllib.loads((ROOT / "benches/gates.toml").read_text())
    home.adopt()
    print(f"{'':<52}{'now':>12}{'seen':>12}{'at most':>12}")
    with tempfile.TemporaryDirectory(prefix="engram-gates-") as work:
        passed = [judge(name, figure(), gates.pop(name)) for name, figure in figures(pathlib.Path(work), binary)]
        home.adopt_and_end()
    if gates:
        sys.exit(f"nobody counts {', '.join(gates)}: take it out of benches/gates.toml")
    if not all(passed):
        sys.exit("something has become dearer: `callgrind_annotate` and `strace` say where, or `size -A`")


if __name__ == "__main__":
    main()
