#!/usr/bin/env python3
"""What a hook costs that registries serve by name: the second table of `just bench`.

claude-mem (npm) and spool-memory (crates.io) are run as their own hook configuration says, each in a home of its own and
in a network in which there is only this machine. What cannot be had is left out, and the line says why. Every round runs
every row once, as in the first table; times are printed and judge nothing.
"""

import argparse
import fcntl
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import time
import urllib.request

import home
import registries
import servers
from capture import Row, run, table
from home import BINARY, ROOT, Home
from registries import LeftOut, within

LONGEST_HOOK_SECONDS = 120
# A round of these takes many seconds.
FEW = 3
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


def session(work):
    """The payloads of one turn, with a transcript that can be read."""
    transcript = work / "transcript.jsonl"
    said = [("user", "Number the invoices per tenant"), ("assistant", "The invoice numbers are made per tenant now. " * 32)]
    with open(transcript, "w", encoding="utf-8") as file:
        for role, text in said:
            message = {"role": role, "content": [{"type": "text", "text": text}]}
            file.write(json.dumps({"type": role, "message": message}) + "\n")
    payloads = {}
    for event, fixture in [("UserPromptSubmit", "UserPromptSubmit"), ("PostToolUse", "PostToolUse-Bash"), ("Stop", "Stop")]:
        payload = json.loads((ROOT / f"tests/fixtures/payloads/{fixture}.json").read_text())
        payloads[event] = work / f"{event}.json"
        payloads[event].write_text(json.dumps(payload | {"cwd": str(work), "transcript_path": str(transcript)}) + "\n")
    return payloads


def ours(work, binary):
    """What the others are held against, in the same run."""
    turn, _ = home.payloads(work)
    alive = Home(work, "ours", binary)
    alive.make_spool(turn)
    return [
        Row("/bin/true", ["/bin/true"], {"PATH": "/usr/bin:/bin"}, os.devnull),
        Row("capture, a flush is alive", [str(binary), "capture"], alive.environment, turn),
    ]


class ClaudeMem:
    """A home with the plugin, and what its hooks.json runs at an event; it says itself that some are not waited for."""

    def __init__(self, work, name, found, port):
        plugin, bun = found
        place = work / f"claude-mem-{name}"
        place.mkdir()
        self.hooks = json.loads((plugin / "hooks/hooks.json").read_text())["hooks"]
        self.environment = {"HOME": str(place), "PATH": f"{bun}:/usr/local/bin:/usr/bin:/bin",
                            "CLAUDE_PLUGIN_ROOT": str(plugin), "CLAUDE_MEM_WORKER_PORT": str(port)}

    def words(self, event):
        return ["/bin/bash", "-c", self.hooks[event][0]["hooks"][0]["command"]]

    def row(self, what, event, payloads):
        in_background = ", not waited for" if self.hooks[event][0]["hooks"][0].get("async") else ""
        return Row(f"claude-mem, {what}{in_background}", self.words(event), self.environment, payloads[event], ours=False)


def free_port():
    """Bound and not listening: whoever connects is refused, and no worker can be started there."""
    bound = socket.socket()
    bound.bind(("127.0.0.1", 0))
    return bound


def wait_for_health(port):
    """Until its worker answers: otherwise the rows would be those of a server that refuses."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/health", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise LeftOut("its worker does not answer")


def claude_mem(work, payloads, hanging, taken):
    """The rows of every round, and those of which a few do."""
    found = registries.claude_mem()
    with free_port() as bound:
        port = bound.getsockname()[1]
    alive = ClaudeMem(work, "alive", found, port)
    # A session starts, and with it the worker.
    within(LONGEST_HOOK_SECONDS, *alive.words("SessionStart"), environment=alive.environment)
    wait_for_health(port)
    refused = ClaudeMem(work, "refused", found, taken.getsockname()[1])
    hangs = ClaudeMem(work, "hangs", found, hanging.url.rpartition(":")[2])
    return [
        alive.row("a prompt", "UserPromptSubmit", payloads),
        alive.row("a turn", "Stop", payloads),
        alive.row("a tool call", "PostToolUse", payloads),
    ], [
        refused.row("a prompt, its server refuses", "UserPromptSubmit", payloads),
        hangs.row("a prompt, its server hangs", "UserPromptSubmit", payloads),
        hangs.row("a tool call, the same", "PostToolUse", payloads),
    ]


def spool_memory(work, payloads):
    """Its own installer writes the hooks into the settings of a home. It has no server that could fail."""
    programs = registries.spool_memory()
    place = work / "spool-memory"
    (place / "vault").mkdir(parents=True)
    (place / ".claude").mkdir()
    config = place / "spool.toml"
    config.write_text(f'[vault]\nroot = "{place}/vault"\n')
    environment = {"HOME": str(place), "PATH": "/usr/bin:/bin", "CLAUDE_PROJECT_DIR": str(place)}
    install = ["mcp", "install", "--config", config, "--binary-path", programs / "spool-mcp"]
    within(60, programs / "spool", *install, environment=environment)
    hooks = json.loads((place / ".claude/settings.json").read_text())["hooks"]

    def row(what, event):
        command = hooks[event][0]["hooks"][0]["command"]
        return Row(f"spool-memory, {what}", ["/bin/sh", "-c", command], environment, payloads[event], ours=False)

    return [row("a prompt", "UserPromptSubmit"), row("a turn", "Stop"), row("a tool call", "PostToolUse")]


def those_that_run(rows):
    """Runs each once, which warms it up, and leaves out what fails or does not end."""
    for row in rows:
        try:
            within(LONGEST_HOOK_SECONDS, *row.argv, stdin=row.stdin, environment=row.environment)
            yield row
        except LeftOut as why:
            print(f"left out: {row.name}: {why}")


def measure(binary, rounds, names):
    """In the network of its own: makes the rows, runs them, prints the table."""
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))
    home.adopt()
    work = pathlib.Path(tempfile.mkdtemp(prefix="engram-peers-"))
    hanging, taken = servers.Service(latency=None), free_port()
    home.KEPT.add(hanging.process.pid)
    try:
        payloads = session(work)
        every, few = ours(work, binary), []
        if "claude-mem" in names:
            try:
                theirs, slow = claude_mem(work, payloads, hanging, taken)
                every += those_that_run(theirs)
                few += those_that_run(slow)
            except LeftOut as why:
                print(f"left out: claude-mem: {why}")
        if "spool-memory" in names:
            try:
                every += those_that_run(spool_memory(work, payloads))
            except (LeftOut, KeyError) as why:
                print(f"left out: spool-memory: {why}")
        run(every, rounds)
        run(few, min(FEW, rounds))
        print("\n".join(table([*every, *few])))
    finally:
        # What the others left running ends with the namespace.
        hanging.stop()
        shutil.rmtree(work, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", type=pathlib.Path, default=BINARY, help="a built engram-hook [default: %(default)s]")
    parser.add_argument("--rounds", type=int, default=20, help="how often every row is run [default: %(default)s]")
    parser.add_argument("--isolated", action="append", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    binary = home.find_binary(arguments.binary)
    if arguments.isolated:
        measure(binary, arguments.rounds, arguments.isolated)
        return
    as_root = [] if os.geteuid() == 0 else ["--map-root-user"]
    apart = ["unshare", *as_root, "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if not shutil.which("unshare") or subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        print("left out: claude-mem and spool-memory: a network of their own cannot be made here, and they are not run in ours")
        return
    names = []
    for name, fetch in [("claude-mem", registries.claude_mem), ("spool-memory", registries.spool_memory)]:
        try:
            fetch()
            names += ["--isolated", name]
        except LeftOut as why:
            print(f"left out: {name}: {why}", flush=True)
    if names:
        again = [sys.executable, __file__, "--binary", binary, "--rounds", str(arguments.rounds), *names]
        sys.exit(subprocess.run([*apart, *again], check=False).returncode)


if __name__ == "__main__":
    main()
