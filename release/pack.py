#!/usr/bin/env python3
"""Packs a directory into a .tar.gz whose bytes depend on nothing but names, contents and SOURCE_DATE_EPOCH.

pack.py DIRECTORY ARCHIVE
"""

import gzip
import os
import pathlib
import sys
import tarfile


def entries(directory):
    """Everything below it, sorted by name."""
    return sorted(path.relative_to(directory) for path in directory.rglob("*"))


def pack(directory, archive, epoch):
    with open(archive, "wb") as file:
        with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=file, mtime=0) as packed:
            with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
                for name in entries(directory):
                    path = directory / name
                    entry = tar.gettarinfo(path, arcname=name.as_posix())
                    entry.mtime, entry.uid, entry.gid, entry.uname, entry.gname = epoch, 0, 0, "", ""
                    entry.mode = 0o755 if entry.isdir() or os.access(path, os.X_OK) else 0o644
                    with open(path, "rb") if entry.isfile() else open(os.devnull, "rb") as content:
                        tar.addfile(entry, content)


if __name__ == "__main__":
    pack(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), int(os.environ["SOURCE_DATE_EPOCH"]))
