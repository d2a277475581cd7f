#!/usr/bin/env python3
"""Compiles each header alone: what it needs, it includes.

A header that its own .cc includes first is compiled so by the build already; the others are compiled here, two at
a time. Prints one line per finding and exits 1 if there is any.
usage: headers_alone.py ROOT COMPILER
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys


def opens_its_source(root, header):
    """Whether header.cc exists and its first include is the header."""
    source = header.with_suffix(".cc")
    if not source.exists():
        return False
    first = re.search(r'^#include\s+(\S+)', source.read_text(), flags=re.M)
    return bool(first) and first[1] == f'"{header.relative_to(root / "lib").as_posix()}"'


def error_of(root, compiler, header):
    # A public header is compiled as a user would: without lib/ in reach, and clean under common warnings.
    public = header.is_relative_to(root / "include")
    command = [compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-x", "c++",
               f"-I{root}/include", *([] if public else [f"-I{root}/lib"]), "-include", str(header), "/dev/null"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return f"{header.relative_to(root)} does not compile alone:\n{done.stderr}" if done.returncode else None


if __name__ == "__main__":
    project = pathlib.Path(sys.argv[1]).resolve()
    headers = sorted([*(project / "include").rglob("*.h"), *(project / "lib").rglob("*.h")])
    alone = [header for header in headers if not opens_its_source(project, header)]
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = [line for line in pool.map(lambda header: error_of(project, sys.argv[2], header), alone) if line]
    print("\n".join(found) or f"headers alone: {len(alone)} compiled, {len(headers) - len(alone)} opened by their source")
    sys.exit(bool(found))
