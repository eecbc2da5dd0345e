#!/usr/bin/env python3
"""SHA-256 of files, in the form of sha256sum, which a Mac does not have: sums.py FILE..."""

import hashlib
import pathlib
import sys

for name in sorted(sys.argv[1:]):
    path = pathlib.Path(name)
    print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
