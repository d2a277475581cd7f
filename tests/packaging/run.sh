#!/usr/bin/env bash
# One step of the packaging test; CMakeLists.txt beside it sets the variables.
set -euo pipefail
prefix=$WORK/prefix
consumer=$ROOT/tests/packaging/consumer

# consume NAME CMAKE_ARGUMENT…: configures, builds and runs the consumer.
consume() {
  local build=$WORK/$1
  shift
  rm -rf "$build"
  cmake -S "$consumer" -B "$build" -G Ninja -DCMAKE_CXX_COMPILER="$CXX" -DCMAKE_CXX_COMPILER_LAUNCHER="$LAUNCHER" \
    -DCMAKE_EXPORT_COMPILE_COMMANDS=ON "$@" >"$build.log" || { cat "$build.log"; return 1; }
  cmake --build "$build" -j2 >"$build.log" || { cat "$build.log"; return 1; }
  for program in "$build"/consumer*; do
    "$program"
  done
}

case "$1" in
  install)
    # The package may not remember where it was built or installed: it is used from another place.
    rm -rf "$prefix" "$prefix.first"
    cmake --install "$BUILD" --prefix "$prefix.first" >/dev/null
    mv "$prefix.first" "$prefix"
    ! grep -rIl -e "$ROOT" -e "$BUILD" "$prefix" || { echo "these files name the build machine's directories"; exit 1; }
    ;;
  find_package)
    consume find_package -DLEAT_FROM=package -DCMAKE_PREFIX_PATH="$prefix"
    ;;
  pkg_config)
    export PKG_CONFIG_PATH
    PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name leat.pc)")
    # Unquoted: the flags are words.
    "$CXX" -std=c++20 "$consumer/main.cc" $(pkg-config --cflags --libs leat) -o "$WORK/consumer_shared"
    LD_LIBRARY_PATH=$(pkg-config --variable=libdir leat) "$WORK/consumer_shared"
    "$CXX" -std=c++20 "$consumer/main.cc" $(pkg-config --cflags leat) \
      $(pkg-config --static --libs leat | sed 's/-lleat\b/-l:libleat.a/') -o "$WORK/consumer_static"
    "$WORK/consumer_static"
    ;;
  exports)
    library=$(find "$prefix" -name 'libleat.so')
    readelf -d "$library" | grep -q 'SONAME.*\[libleat\.so\.[0-9]*\.[0-9]*\]' || { echo "no SONAME with a version"; exit 1; }
    readelf -d "$library" | grep -q 'BIND_NOW\|FLAGS.*NOW' || { echo "not linked with -z now"; exit 1; }
    readelf -lW "$library" | grep -q 'GNU_RELRO' || { echo "not linked with -z relro"; exit 1; }
    readelf -lW "$library" | grep 'GNU_STACK' | grep -qv 'RWE' || { echo "has an executable stack"; exit 1; }
    names=$(nm -DC --defined-only "$library" | cut -d' ' -f3-)
    strangers=$(grep -vE '^((vtable|VTT|typeinfo|typeinfo name) for |(non-)?virtual thunk to )?leat::v0::' <<<"$names" || true)
    [[ -z "$strangers" ]] || { echo "libleat.so shows more than leat::v0:"; echo "$strangers" | head -20; exit 1; }
    grep -q '^leat::v0::error_name' <<<"$names" || { echo "libleat.so does not show leat::v0"; exit 1; }
    ;;
  subdirectory)
    consume subdirectory -DLEAT_FROM=subdirectory -DLEAT_ROOT="$ROOT" -DCMAKE_CXX_FLAGS_DEBUG=-O0 -DCMAKE_BUILD_TYPE=Debug
    # The consumer's own file is compiled with the consumer's flags only.
    flags=$(grep -h '"command".*consumer/main.cc' "$WORK/subdirectory/compile_commands.json")
    ! grep -E -e '-(Werror|Wall|fsanitize|fstack|fno-)' <<<"$flags" || { echo "Leat's flags reach its user"; exit 1; }
    ctest --test-dir "$WORK/subdirectory" -N | grep -q 'Total Tests: 0' || { echo "a subproject builds no tests"; exit 1; }
    ;;
  *)
    echo "run.sh: no step '$1'" >&2
    exit 2
    ;;
esac
