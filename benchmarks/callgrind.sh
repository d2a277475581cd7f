#!/bin/sh
# Instructions of one append and of one read, counted by callgrind: the figures that a busy machine
# does not change. Usage: benchmarks/callgrind.sh [--write] [BUILD]    (BUILD: build/bench)
# Prints them beside benchmarks/baseline.json; --write replaces that file.
set -eu
cd "$(dirname "$0")/.."
write=no
if [ "${1:-}" = --write ]; then write=yes; shift; fi
program=${1:-build/bench}/bin/instructions
[ -x "$program" ] || { echo "callgrind.sh: no $program; build it with -DLEAT_BENCHMARKS=ON" >&2; exit 2; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# count WHAT N: instructions of the whole process.
count() {
  valgrind --tool=callgrind --callgrind-out-file="$scratch/$1.$2" "$program" "$1" "$2" 2>"$scratch/log" >&2 ||
    { cat "$scratch/log" >&2; exit 1; }
  awk '/^(summary|totals):/ { print $2; exit }' "$scratch/$1.$2"
}

figures=
for what in append batch send read exchange; do
  few=$(count $what 50000)
  many=$(count $what 150000)
  figures="$figures $what=$(awk "BEGIN { printf \"%.1f\", ($many - $few) / 100000 }")"
done
python3 - "$write" $figures <<'PYTHON'
import json, pathlib, sys
path = pathlib.Path("benchmarks/baseline.json")
write, *figures = sys.argv[1:]
now = {name: float(value) for name, value in (figure.split("=") for figure in figures)}
before = json.loads(path.read_text())["instructions"] if path.exists() else {}
for name, value in now.items():
    old = before.get(name)
    beside = f"{old:8.1f} before, {100 * (value / old - 1):+.1f} %" if old else ""
    print(f"{name:8} {value:8.1f} instructions a record   {beside}")
if write == "yes":
    notes = {"append": "64 B by Appender", "batch": "100 B in batches of 100, CRC included",
             "send": "64 B by Producer, batched",
             "read": "100 B by Consumer, views", "exchange": "one append and one poll, by turns"}
    path.write_text(json.dumps({"instructions": now, "of": notes}, indent=2) + "\n")
PYTHON
