#!/usr/bin/env python3
"""Puts each seeded bug in (bugs.py), builds, and tells which suite caught it (T22).

    tests/seeded/run.py [--build build/test] [--only TEXT]

The build directory is one of this checkout, configured with tests (cmake --preset test). The sources must be as they are
committed: a file is changed, built, and put back, also on Ctrl-C. Exits with 1 when a bug passes every suite it names,
or its text is no longer there exactly once."""

import argparse
import pathlib
import subprocess
import sys
import time

from bugs import BUGS

ROOT = pathlib.Path(__file__).resolve().parents[2]
SECONDS_MAX = 600


def run(command, **options):
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, **options)


def targets(bug):
    return sorted({pathlib.PurePath(suite.split()[0]).name for suite in bug.caught_by})


def catcher(bug, build):
    """The suite that fails with the bug, or None; RuntimeError when it does not compile."""
    if run(["ninja", "-C", build, *targets(bug)]).returncode != 0:
        raise RuntimeError("does not build")
    for suite in bug.caught_by:
        binary, *arguments = suite.split()
        command = [f"{build}/{binary}", *arguments, "--gtest_brief=1", "--gtest_fail_fast"]
        try:
            if run(command, timeout=SECONDS_MAX).returncode != 0:
                return binary
        except subprocess.TimeoutExpired:
            return f"{binary} (it hangs)"
    return None


def seed(bug, build):
    """What became of one bug, and whether it was caught."""
    path = ROOT / bug.file
    original = path.read_text()
    changed = original
    for find, replace in ((bug.find, bug.replace), *bug.and_also):
        if original.count(find) != 1:
            return f"its text is there {original.count(find)} times: {find}", False
        changed = changed.replace(find, replace)
    try:
        path.write_text(changed)
        suite = catcher(bug, build)
        return (f"caught by {suite}", True) if suite else ("NOT CAUGHT", False)
    except RuntimeError as error:
        return str(error), False
    finally:
        path.write_text(original)


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--build", default="build/test", help="build directory (build/test)")
    arguments.add_argument("--only", default="", help="bugs with this in their names")
    given = arguments.parse_args()
    if subprocess.run(["git", "diff", "--quiet", "--", "lib"], cwd=ROOT, check=False).returncode != 0:
        sys.exit("lib/ has changes that are not committed; commit them first, since files are changed and put back")
    missed = 0
    chosen = [bug for bug in BUGS if given.only in bug.name]
    for bug in chosen:
        began = time.monotonic()
        told, is_caught = seed(bug, given.build)
        missed += not is_caught
        print(f"{bug.name}: {told} ({time.monotonic() - began:.0f} s)", flush=True)
    run(["ninja", "-C", given.build])
    print(f"{len(chosen) - missed} of {len(chosen)} caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
