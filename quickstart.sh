#!/usr/bin/env bash
# Builds Leat and runs it. Installs what is missing first; never removes a package.
set -euo pipefail
cd "$(dirname "$0")"

usage() {
  cat <<'END'
usage: ./quickstart.sh [COMMAND]

  (none)      install what is missing, build, run `leat demo`
  build       build only; the command is build/release/bin/leat
  test …      build and run the tests (build/test); what follows goes to ctest
  serve …     build and run `leat serve …`
  install [build|test|ci]
              install what is missing, by default for building
  --help      this text

Exit status: that of what was run; 2 usage; 3 a package is missing and may not be installed from here
(the line to run is printed).
END
}

say() { printf '==> %s\n' "$*" >&2; }

# packages FOR…: their names in cmake/packages.txt.
packages() {
  local kinds=" $* " kind name
  while read -r kind name; do
    [[ "$kinds" == *" $kind "* ]] && printf '%s\n' "$name"
  done < <(grep -v '^#' cmake/packages.txt)
  return 0
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q '^install ok installed$'; }

# install FOR…: asks the package manager only for what is not there.
install() {
  command -v dpkg-query >/dev/null || { say "not a Debian system: install what cmake/packages.txt names, then run cmake --preset release"; exit 3; }
  local missing=() name
  for name in $(packages "$@"); do
    is_installed "$name" || missing+=("$name")
  done
  [[ ${#missing[@]} -eq 0 ]] && return 0

  local line="apt-get install -y --no-remove --no-install-recommends ${missing[*]}"
  local root=()
  if [[ $(id -u) -ne 0 ]]; then
    # Without a terminal sudo could only wait for a password that nobody types.
    if ! command -v sudo >/dev/null || { ! sudo -n true 2>/dev/null && [[ ! -t 0 ]]; }; then
      printf 'Missing packages, and no right to install them from here. Run this as root, then start again:\n\n  apt-get update && %s\n' "$line" >&2
      exit 3
    fi
    root=(sudo)
  fi
  say "installing ${#missing[@]} packages: ${missing[*]}"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 &&
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive $line >&2 || {
    printf 'The packages could not be installed. Mend what the package manager says above, or run as root:\n\n  apt-get update && %s\n' "$line" >&2
    exit 3
  }
}

# build PRESET [--target T]: configures when needed and builds, into build/PRESET.
build() {
  local started=$SECONDS
  say "building ($1), on $(nproc) cores"
  cmake --preset "$1" >"build/$1.configure.log" 2>&1 || { cat "build/$1.configure.log" >&2; exit 1; }
  cmake --build --preset "$@" >&2
  say "built in $((SECONDS - started)) s"
}

run_tests() {
  local started=$SECONDS
  say "running the tests"
  # The packaging test builds Leat three times over: .ci/run has the time for it.
  ctest --preset test --label-exclude 'packaging|fuzz' "$@" || {
    say "tests failed after $((SECONDS - started)) s; again, one alone: ctest --preset test -R NAME"
    exit 1
  }
  say "tests done in $((SECONDS - started)) s"
}

mkdir -p build
case "${1-}" in
  "") install build; build release --target leat_command; exec build/release/bin/leat demo ;;
  build) install build; build release ;;
  test) shift; install build test; build test; run_tests "$@" ;;
  serve) install build; build release --target leat_command; exec build/release/bin/leat "$@" ;;
  install) shift; install "${@:-build}" ;;
  -h | --help | help) usage ;;
  *) printf 'quickstart.sh: unknown command "%s"\n\n' "$1" >&2; usage >&2; exit 2 ;;
esac
