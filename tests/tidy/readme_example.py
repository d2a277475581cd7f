#!/usr/bin/env python3
"""README.md's C++ example is the one that tests/unit/engine/readme_test.cc runs.

usage: readme_example.py ROOT
"""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])
shown = re.search(r"```cpp\n(.*?)```", (root / "README.md").read_text(), re.S)[1]
run = (root / "tests/unit/engine/readme_test.cc").read_text().split("// [readme]\n")[1]
if shown != run:
    print("README.md's C++ example differs from tests/unit/engine/readme_test.cc: change both")
    sys.exit(1)
