"""Puts what was printed into a document, between two marks that name the command."""

import sys


def put_into(document, command, lines):
    """Replaces the block after the mark of `command`."""
    begin, end = f"<!-- printed by {command} -->\n```text\n", "```\n<!-- end -->"
    before, mark, rest = document.read_text().partition(begin)
    _, close, after = rest.partition(end)
    if not mark or not close:
        sys.exit(f"cannot write into {document}: it has no '{begin.splitlines()[0]}' and block of text behind it")
    document.write_text(before + mark + "\n".join(lines) + "\n" + close + after)
