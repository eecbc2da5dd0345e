#!/usr/bin/env python3
"""What a flush costs: processes, handshakes and wake-ups of a burst, how near a drain comes to eight requests in flight,
and memory. `just bench-flush`; ENGRAM_SOAK=1 drains 10,000 memories instead of 800.

Times are printed and judge nothing; the exit code is 1 only when something was not delivered.
"""

import argparse
import contextlib
import json
import os
import pathlib
import shutil
import sys
import tempfile
import time

import home
import servers
from document import put_into
from home import BINARY, Home

IN_FLIGHT = 8
SOAK = bool(os.environ.get("ENGRAM_SOAK"))


def burst(work, binary, latency, captures=200, seconds=20):
    """Captures at an even pace, over TLS; answers a line of the table."""
    directory = work / f"burst-{latency}"
    directory.mkdir()
    authority, pair = servers.certificates(directory)
    service = servers.Service(latency=latency, pair=pair)
    home.KEPT.add(service.process.pid)
    place = Home(directory, "home", binary, service.url)
    place.configure({"origins": [service.url], "ca_file": str(authority)})
    turn = json.loads((home.ROOT / "tests/fixtures/payloads/Stop.json").read_text())
    begin = time.monotonic()
    for number in range(captures):
        turn["prompt_id"] = str(number)
        turn["last_assistant_message"] = f"Turn {number}. " + "The invoice numbers are made per tenant now. " * 8
        payload = directory / "turn.json"
        payload.write_text(json.dumps(turn))
        place.run("capture", stdin=payload)
        time.sleep(max(0.0, begin + (number + 1) * seconds / captures - time.monotonic()))
    flushes = [os.wait4(pid, 0)[2] for pid in home.children()]
    counts = service.counts()
    service.stop()
    left = place.status()["spool"]["waiting"]
    if left or counts["requests"] < captures:
        sys.exit(f"cannot believe the figures: {left} memories wait, {counts['requests']} arrived")
    return {
        "answers after, ms": round(latency * 1000),
        "captures": captures,
        "flushes": len(flushes),
        "handshakes": counts["connections"],
        "requests": counts["requests"],
        "wake-ups": sum(usage.ru_nvcsw for usage in flushes),
        "CPU, ms": round(sum(usage.ru_utime + usage.ru_stime for usage in flushes) * 1000),
        "most memory, KiB": max(usage.ru_maxrss for usage in flushes),
    }


def idle(work, binary):
    """What the four seconds cost in which a flush waits for more: counted from one memory alone."""
    service = servers.Service()
    home.KEPT.add(service.process.pid)
    place = Home(work, "idle", binary, service.url)
    turn, _ = home.payloads(work)
    begin = time.monotonic()
    place.run("capture", stdin=turn)
    (usage,) = [os.wait4(pid, 0)[2] for pid in home.children()]
    service.stop()
    return {
        "lived, s": round(time.monotonic() - begin, 1),
        "wake-ups": usage.ru_nvcsw,
        "CPU, ms": round((usage.ru_utime + usage.ru_stime) * 1000, 1),
    }


def drain(work, binary, count, latency=0.05):
    """How long memories take that wait, against what eight requests in flight would take at best."""
    with full(work, binary, count, latency) as (place, arrived):
        begin = time.monotonic()
        place.run("flush")
        took = time.monotonic() - begin
        came = arrived()
        believe(came["requests"], count)
    real = came["seconds"] / came["requests"]
    return {
        "memories": count,
        "took, s": round(took, 2),
        "ideal / took": round(count * latency / IN_FLIGHT / took, 3),
        "service took, ms": round(real * 1000, 1),
        "ideal for that": round(count * real / IN_FLIGHT / took, 3),
    }


def peak(work, binary, count):
    """The most memory, in bytes, that the flush ever holds which a capture starts while so many wait."""
    with full(work, binary, count, 0.0) as (place, arrived):
        place.run("capture", stdin=work / "turn.json")
        (usage,) = [os.wait4(pid, 0)[2] for pid in home.children()]
        believe(arrived()["requests"], count)
    # A flush by hand would be told to have held what this process holds: the kernel counts from before the exec.
    return usage.ru_maxrss * 1024


@contextlib.contextmanager
def full(work, binary, count, latency):
    """A home in which memories wait for a service, and what has arrived there since."""
    service = servers.Service(latency=latency)
    home.KEPT.add(service.process.pid)
    place = Home(work, f"full-{count}-{latency}", binary, service.url)
    place.make_spool(home.payloads(work)[0])
    place.fill(count)
    place.let_go_of_flush_lock()
    before = service.counts()
    yield place, lambda: {name: count - before[name] for name, count in service.counts().items()}
    service.stop()
    shutil.rmtree(place.path)


def believe(arrived, count):
    if arrived < count:
        sys.exit(f"cannot believe the figures: {arrived} of {count} memories arrived")


def table(title, lines):
    yield title
    wide = [max(len(str(text)) for text in [name, *(line[name] for line in lines)]) + 3 for name in lines[0]]
    for texts in [lines[0].keys(), *(line.values() for line in lines)]:
        yield "".join(f"{text:>{width}}" for text, width in zip(texts, wide))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="a built engram-hook [default: %(default)s]")
    parser.add_argument("--into", type=pathlib.Path, help="put what is printed into this document")
    arguments = parser.parse_args()
    binary = home.find_binary(arguments.binary)
    home.adopt()
    work = pathlib.Path(tempfile.mkdtemp(prefix="engram-flush-"))
    lines = []

    def say(*said):
        lines.extend(said)
        print(*said, sep="\n", flush=True)

    try:
        say(*table("200 captures over 20 s, over TLS", [burst(work, binary, 0.05), burst(work, binary, 0.25)]))
        say(*table("one capture, and the wait for more", [idle(work, binary)]))
        say(*table("a drain, the service answers after 50 ms", [drain(work, binary, 10_000 if SOAK else 800)]))
        say(f"100,000 memories wait: the flush holds at most {peak(work, binary, 100_000) / 1024 / 1024:.1f} MiB")
    finally:
        shutil.rmtree(work, ignore_errors=True)
    if arguments.into:
        put_into(arguments.into, "just bench-flush", lines)


if __name__ == "__main__":
    main()
