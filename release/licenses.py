#!/usr/bin/env python3
"""The licences of everything that is compiled into the programs for a target: licenses.py TARGET.

Most of them ask that their text goes with the program. Texts are those that the crates were published with; equal ones
are printed once.
"""

import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE")


def linked(metadata):
    """The packages that the programs' own code reaches; what only tests, build scripts and macros use stays behind."""
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    packages = {package["id"]: package for package in metadata["packages"]}
    reached, to_visit = set(), list(metadata["workspace_members"])
    while to_visit:
        package = to_visit.pop()
        # A macro's code runs in the compiler.
        if package in reached or any("proc-macro" in target["kind"] for target in packages[package]["targets"]):
            continue
        reached.add(package)
        to_visit += [
            dependency["pkg"]
            for dependency in nodes[package]["deps"]
            if any(kind["kind"] is None for kind in dependency["dep_kinds"])
        ]
    return [packages[package] for package in reached if packages[package]["source"]]


def texts(package):
    directory = pathlib.Path(package["manifest_path"]).parent
    return [path.read_text(errors="replace").strip() for path in sorted(directory.iterdir())
            if path.is_file() and path.name.upper().startswith(NAMES)]


def main(target):
    words = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    packages = linked(json.loads(subprocess.run(words, cwd=ROOT, check=True, capture_output=True).stdout))
    packages.sort(key=lambda package: (package["name"], package["version"]))
    print("What is compiled into engram-hook and engram-local besides their own code, and under which licences.\n")
    users = {}
    for package in packages:
        name = f"{package['name']} {package['version']}"
        print(f"{name}: {package['license'] or 'see its text'}")
        for text in texts(package):
            # Copies differ in how lines are filled.
            users.setdefault("".join(text.split()), (text, []))[1].append(name)
    for text, names in users.values():
        print(f"\n{'=' * 80}\n{', '.join(names)}\n\n{text}")


if __name__ == "__main__":
    main(sys.argv[1])
