"""Other memory hooks, fetched by name and version from where they are published into target/peers, once."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from home import TARGET

PLACE = TARGET / "peers"
# The runtime that claude-mem asks for, and what its program does not start without; the rest of what it names it does.
CLAUDE_MEM = ["claude-mem@13.25.3", "@oven/bun-linux-x64@1.4.5", "zod@4.4.3", "shell-quote@1.9.0"]
SPOOL_MEMORY = ["spool-memory", "--version", "0.2.4"]
DOWNLOAD_SECONDS, BUILD_SECONDS = 120, 900


class LeftOut(Exception):
    """Why there is no row."""


def within(seconds, *words, stdin=os.devnull, environment=None):
    """Runs a program for so long at most; it has to succeed."""
    with open(stdin, "rb") as file:
        command = ["timeout", "--kill-after=5", str(seconds), *map(str, words)]
        ran = subprocess.run(command, stdin=file, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode in (124, 137):
        raise LeftOut(f"{words[0]} was not done within {seconds} s")
    if ran.returncode:
        last = (ran.stderr or ran.stdout).strip().splitlines()[-1:] or [f"exit code {ran.returncode}"]
        raise LeftOut(f"{words[0]} failed: {last[0]}")


def claude_mem():
    """Answers the directories of the plugin and of its runtime. Unpacked by hand: npm does not end placing what it names."""
    place = PLACE / "claude-mem"
    if not place.exists():
        if not shutil.which("npm"):
            raise LeftOut("there is no npm here")
        if os.uname().machine != "x86_64":
            raise LeftOut("its runtime is fetched for x86-64 only")
        PLACE.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=PLACE) as fresh:
            unpack_claude_mem(pathlib.Path(fresh), place)
    return place / "claude-mem/plugin", place / "bun/bin"


def unpack_claude_mem(fresh, place):
    within(DOWNLOAD_SECONDS, "npm", "pack", "--silent", "--pack-destination", fresh, *CLAUDE_MEM)
    whole = fresh / "whole"
    modules = whole / "claude-mem/plugin/node_modules"
    for name, into in [("claude-mem", whole / "claude-mem"), ("oven-bun", whole / "bun"),
                       ("zod", modules / "zod"), ("shell-quote", modules / "shell-quote")]:
        into.mkdir(parents=True, exist_ok=True)
        (archive,) = fresh.glob(f"{name}-*.tgz")
        within(60, "tar", "-xzf", archive, "-C", into, "--strip-components=1")
    whole.rename(place)


def spool_memory():
    """Answers the directory of its programs. Building them takes minutes."""
    place = PLACE / "spool-memory"
    if not (place / "bin/spool").exists():
        if not shutil.which("cargo"):
            raise LeftOut("there is no cargo here")
        print("building spool-memory, this once; --no-peers does without", file=sys.stderr, flush=True)
        within(BUILD_SECONDS, "nice", "cargo", "install", "--quiet", "--locked", *SPOOL_MEMORY, "--root", place)
    return place / "bin"
