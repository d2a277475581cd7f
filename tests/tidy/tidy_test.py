#!/usr/bin/env python3
"""The tidy checks find what they say they find: each is shown a small tree with one sin in it, and one without."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
import floorplan  # noqa: E402
import headers_alone  # noqa: E402
import house  # noqa: E402


def tree(files):
    """A project of these files; the caller keeps the object alive."""
    directory = tempfile.TemporaryDirectory()
    for name, text in files.items():
        path = pathlib.Path(directory.name) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return directory


class Tidy(unittest.TestCase):
    def found(self, check, files):
        with tree(files) as directory:
            return list(check(pathlib.Path(directory)))

    def assert_finds(self, check, name, text, says, others=()):
        found = self.found(check, {**dict(others), name: text})
        self.assertEqual(len(found), 1, found)
        self.assertTrue(found[0].startswith(name), found[0])
        self.assertIn(says, found[0])

    def assert_clean(self, check, name, text, others=()):
        self.assertEqual(self.found(check, {**dict(others), name: text}), [])

    def test_floor_plan(self):
        self.assert_finds(floorplan.findings, "lib/log/a.cc", '#include "index/store.h"\n', "log may not include index")
        self.assert_clean(floorplan.findings, "lib/log/a.cc", '#include "record/batch.h"\n')
        self.assert_finds(floorplan.findings, "lib/attic/a.cc", "\n", "not on the floor plan")
        self.assert_finds(floorplan.findings, "lib/log/a.cc", "#include <rocksdb/db.h>\n", "rocks_")
        self.assert_clean(floorplan.findings, "lib/index/rocks_store.cc", "#include <rocksdb/db.h>\n")
        self.assert_finds(floorplan.findings, "lib/log/a.h", "std::mutex mutex_;\n", "base/mutex")

    def test_guarantees(self):
        table = "".join(f"| G{n} | it holds | [log](tests/a_test.cc) |\n" for n in sorted(house.GUARANTEES))
        tests = [("tests/a_test.cc", "// G1-G12, G20-G35\n")]
        self.assert_clean(house.guarantees, "README.md", table, tests)
        self.assert_finds(house.guarantees, "README.md", table, "G20", [("tests/a_test.cc", "// G1-G12, G21-G35\n")])
        self.assert_finds(house.guarantees, "README.md", table.replace("| G7 |", "| 7 |"), "nothing of G7", tests)
        self.assert_finds(house.guarantees, "README.md", table.replace("[log](tests/a_test.cc) |", "soon |", 1), "no test",
                          tests)

    def test_length(self):
        self.assert_finds(house.length, "lib/log/a.cc", "\n" * 1001, "1001 lines")
        self.assert_clean(house.length, "lib/log/a.cc", "\n" * 1000)

    def test_titles(self):
        self.assert_finds(house.titles, "README.md", "# One\n\n# Two\n", "2 lines")
        self.assert_finds(house.titles, "README.md", "Text\n\n# One\n", "its first line")
        self.assert_clean(house.titles, "README.md", "# One\n\n```sh\n# a comment\n```\n")

    def test_banned_names(self):
        self.assert_finds(house.banned, "lib/log/a.cc", "  std::abort();\n", "write an Error")
        self.assert_clean(house.banned, "lib/log/a.cc", "  // never abort()\n")
        self.assert_clean(house.banned, "lib/log/a.cc", '  say("abort()");\n')
        self.assert_clean(house.banned, "lib/tools/a.cc", "  std::exit(1);\n")
        self.assert_finds(house.banned, "tests/unit/a_test.cc", "sleep_for(1ms);\n", "Scheduler")
        self.assert_finds(house.banned, "lib/log/a.cc", "int i;  // TODO: all of it\n", "an issue")

    def test_public_headers(self):
        self.assert_finds(house.public_headers, "include/leat/a.h", "#include <fmt/format.h>\n", "std's")
        self.assert_finds(house.public_headers, "include/leat/a.h", "#include <unistd.h>\n", "std's")
        self.assert_finds(house.public_headers, "include/leat/a.h", '#include "base/bytes.h"\n', "std's")
        self.assert_clean(house.public_headers, "include/leat/a.h", '#include <span>\n#include "leat/types.h"\n')

    def test_pragma_once(self):
        self.assert_finds(house.once, "lib/log/a.h", "int a();\n", "#pragma once")
        self.assert_clean(house.once, "lib/log/a.h", "#pragma once\nint a();\n")

    def test_tests_are_built(self):
        listed = [("tests/unit/log/CMakeLists.txt", "leat_test(log SOURCES a_test.cc)\n")]
        self.assert_finds(house.tests_built, "tests/unit/log/b_test.cc", "", "no CMakeLists.txt", listed)
        self.assert_finds(house.tests_built, "tests/unit/log/extra_a_test.cc", "", "no CMakeLists.txt", listed)
        self.assert_clean(house.tests_built, "tests/unit/log/a_test.cc", "", listed)

    def test_hosts(self):
        url = "http" + "://packages.example/debian"
        self.assert_finds(house.hosts, "quickstart.sh", f"curl {url}\n", "packages.example")
        self.assert_clean(house.hosts, "README.md", "# A\n\nhttp" + "://kafka.apache.org/documentation\n")

    def test_headers_alone(self):
        files = {"lib/log/a.h": "#pragma once\n", "lib/log/a.cc": '// First.\n#include "log/a.h"\n',
                 "lib/log/b.h": "#pragma once\n", "lib/log/b.cc": '#include <span>\n#include "log/b.h"\n',
                 "lib/log/c.h": "#pragma once\ninline std::string c;\n"}
        with tree(files) as directory:
            root = pathlib.Path(directory)
            self.assertTrue(headers_alone.opens_its_source(root, root / "lib/log/a.h"))
            self.assertFalse(headers_alone.opens_its_source(root, root / "lib/log/b.h"))
            self.assertFalse(headers_alone.opens_its_source(root, root / "lib/log/c.h"))
            self.assertIsNone(headers_alone.error_of(root, "g++", root / "lib/log/b.h"))
            self.assertIn("lib/log/c.h", headers_alone.error_of(root, "g++", root / "lib/log/c.h"))


if __name__ == "__main__":
    unittest.main()
