#!/usr/bin/env python3
"""Checks the habits of the house (CONTRIBUTING.md), one rule a run or all of them.

Run as ctests (label: tidy). Prints one line per finding and exits 1 if there is any.
usage: house.py ROOT [RULE]
"""
import pathlib
import re
import sys

LINES_MAX = 1000
# Names we do without, where they are banned, the only files that may use them, and what to write instead.
BANNED = [
    (r"\bassert\(", r"^(include|lib)/", r"^lib/base/check\.h$", "LEAT_CHECK or LEAT_DCHECK of base/check.h"),
    (r"\b(abort|exit|_exit|quick_exit)\(|\bstd::terminate\b", r"^(include|lib)/", r"^lib/tools/",
     "an Error: the host lives"),
    (r"\bthrow\b(?!;)", r"^(include|lib)/", r"^include/leat/result\.h$", "a Result"),
    (r"\bstd::(cout|cerr|clog|printf)\b|\b(printf|puts)\(", r"^(include|lib)/", r"^lib/tools/",
     "the Environment's log sink"),
    (r"\bstd::regex\b", r"^(include|lib)/", None, "RE2: std::regex recurses on what a stranger wrote"),
    (r"\b(ato[il]|strto[u]?ll?|sscanf|stoi|stol|stoll|stoul|stoull)\(", r"^(include|lib)/", None, "std::from_chars"),
    (r"\bsprintf\(|\bstr(cpy|cat)\(", r"^(include|lib)/", None, "std::string or {fmt}"),
    (r"\bstd::endl\b", r"^(include|lib|tests|benchmarks)/", None, "'\\n'"),
    (r"\bsleep_(for|until)\(|\b(u|nano)sleep\(|(?<!\w)::sleep\(", r"^(include|lib|tests)/", None, "Scheduler::wait, or the simulated clock in a test"),
    (r"\bTODO\b|\bFIXME\b|\bXXX\b", r"^(include|lib|tests|benchmarks|fuzz)/", r"^tests/tidy/",
     "an issue, or the work itself"),
    (r"\.detach\(\)", r"^(include|lib|tests)/", r"^lib/io/thread_scheduler", "a jthread, joined"),
]
GUARANTEES = set(range(1, 13)) | set(range(20, 36))  # the engine's, of README.md
# Where a document or a comment may point a reader. Hosts of package mirrors are never among them.
URL_HOSTS = {"www.apache.org", "kafka.apache.org", "cwiki.apache.org", "github.com", "www.rfc-editor.org",
             "en.wikipedia.org", "127.0.0.1", "localhost",
             "www.w3.org"}  # the namespace of an SVG


def files(root, *suffixes):
    """The project's text files that end in one of `suffixes`, with their names."""
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_file() and name.endswith(suffixes) and not re.match(r"(build|\.git|\.cache)/", name):
            yield name, path


def code_of(line):
    """The line without its comment."""
    return line.split("//")[0]


def length(root):
    for name, path in files(root, ".h", ".cc", ".py", ".cmake", ".txt", ".sh"):
        count = len(path.read_text().splitlines())
        if count > LINES_MAX:
            yield f"{name}: {count} lines; split it, {LINES_MAX} is the limit"


def titles(root):
    for name, path in files(root, ".md"):
        text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.S | re.M)
        found = re.findall(r"^# ", text, flags=re.M)
        if len(found) != 1 or not text.lstrip().startswith("# "):
            yield f"{name}: {len(found)} lines begin with '# '; a document has one title, its first line"


def banned(root):
    for name, path in files(root, ".h", ".cc"):
        rules = [rule for rule in BANNED if re.search(rule[1], name) and not (rule[2] and re.search(rule[2], name))]
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for pattern, _, _, instead in rules:
                text = line if "TODO" in pattern else code_of(re.sub(r'"(\\.|[^"\\])*"', '""', line))
                match = re.search(pattern, text)
                if match:
                    yield f"{name}:{number}: '{match[0]}' is banned here; write {instead}"


def public_headers(root):
    for name, path in files(root / "include", ".h"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            include = re.match(r'#\s*include\s*(<([^>]*)>|"([^"]*)")', line)
            if include and (re.search(r"[./]", include[2] or "") or not (include[3] or "leat/").startswith("leat/")):
                yield f"include/{name}:{number}: {include[1]}: a public header includes std's and leat's headers only"


def once(root):
    for name, path in files(root, ".h"):
        if not path.read_text().startswith("#pragma once\n"):
            yield f"{name}: must begin with #pragma once"


def tests_built(root):
    for name, path in files(root / "tests", "_test.cc", "_test.py"):
        lists = [folder / "CMakeLists.txt" for folder in path.parents if folder.is_relative_to(root / "tests")]
        text = "".join(list_file.read_text() for list_file in lists if list_file.exists())
        if not re.search(rf"(?<![\w-]){re.escape(path.name)}(?!\w)", text):
            yield f"tests/{name}: no CMakeLists.txt builds it"


def hosts(root):
    for name, path in files(root, ".h", ".cc", ".md", ".py", ".cmake", ".txt", ".sh", ".json", "run", ".in", ".yml"):
        for number, line in enumerate(path.read_text().splitlines(), 1):
            for host in re.findall(r"https?://([\w.-]+\w)", line):
                if host not in URL_HOSTS:
                    yield f"{name}:{number}: {host} is not a host we point readers to (URL_HOSTS in tests/tidy/house.py)"


def named(text):
    """The guarantees that a text names: G7, and with G1-G5 all of them."""
    numbers = {int(number) for number in re.findall(r"\bG(\d+)\b", text)}
    for first, last in re.findall(r"\bG(\d+)-G(\d+)\b", text):
        numbers |= set(range(int(first), int(last) + 1))
    return numbers


def guarantees(root):
    """Each row of the README's table points at tests that name the guarantee; the others are told to be missing."""
    readme = root / "README.md"
    text = readme.read_text() if readme.exists() else ""
    rows = re.findall(r"^\| G(\d+) \|.*\| ([^|]*) \|$", text, flags=re.M)
    for number, links in rows:
        paths = re.findall(r"\]\(([^)#]+)\)", links)
        if not paths:
            yield f"README.md: G{number} points at no test"
        for path in paths:
            file = root / path
            if not file.exists() or int(number) not in named(file.read_text()):
                yield f"README.md: {path} does not name G{number}"
    for number in sorted(GUARANTEES - named(text)) if rows else []:
        yield f"README.md: says nothing of G{number}"


RULES = [guarantees, length, titles, banned, public_headers, once, tests_built, hosts]

if __name__ == "__main__":
    chosen = [rule for rule in RULES if len(sys.argv) < 3 or rule.__name__ == sys.argv[2]]
    found = [line for rule in chosen for line in rule(pathlib.Path(sys.argv[1]))]
    print("\n".join(found) or f"{', '.join(rule.__name__ for rule in chosen)}: clean")
    sys.exit(bool(found) or not chosen)
