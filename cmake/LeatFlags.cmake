# `leat_build`: the flags of our own targets. Nothing here is global, so that a project that takes Leat in by
# add_subdirectory keeps its own. Which hardening flag is on, which is not, and why: decisions/001-flags.md.
add_library(leat_build INTERFACE)
target_compile_features(leat_build INTERFACE cxx_std_20)
target_include_directories(leat_build INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib)
find_package(Threads REQUIRED)
target_link_libraries(leat_build INTERFACE Threads::Threads)

set(gcc $<CXX_COMPILER_ID:GNU>)
set(clang $<CXX_COMPILER_ID:Clang>)
set(release $<CONFIG:Release,RelWithDebInfo,MinSizeRel>)

target_compile_options(leat_build INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Wformat=2
  $<${gcc}:-Wtrampolines> $<${gcc}:-Wbidi-chars=any> $<${clang}:-Wthread-safety> -Werror
  # g++ 12 takes the room of an empty std::optional for a forgotten variable, and of a vector for too small.
  $<${gcc}:-Wno-maybe-uninitialized> $<${gcc}:-Wno-stringop-overflow>
  # g++ 12's <algorithm> calls what it deprecates; g++ itself still tells us of ours.
  $<${clang}:-Wno-deprecated-declarations>
  # Position independent for libleat.so, but never interposed: our own calls stay inlinable and direct.
  -fvisibility-inlines-hidden -fno-semantic-interposition
  # A failed LEAT_CHECK names lib/log/segment.cc, wherever it was built.
  -fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=)

if(LEAT_SANITIZE)
  set(sanitize -fsanitize=${LEAT_SANITIZE} -fno-sanitize-recover=all)
  target_compile_options(leat_build INTERFACE ${sanitize} -O1 -fno-omit-frame-pointer $<${gcc}:-Wno-tsan>)
  target_link_options(leat_build INTERFACE ${sanitize})
else()
  target_compile_options(leat_build INTERFACE $<${release}:-U_FORTIFY_SOURCE> $<${release}:-D_FORTIFY_SOURCE=3>
    -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>
    -fno-delete-null-pointer-checks -fno-strict-overflow)
  target_link_options(leat_build INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
# clang 19 mangles some of {fmt}'s functions otherwise than the g++ that made Debian's libfmt.
target_compile_definitions(leat_build INTERFACE $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS> $<${clang}:FMT_HEADER_ONLY>)

if(LEAT_FUZZ)
  target_compile_options(leat_build INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(LEAT_COVERAGE)
  target_compile_options(leat_build INTERFACE --coverage -fprofile-abs-path)
  target_link_options(leat_build INTERFACE --coverage)
endif()

# The conveniences of a developer's machine, when it has them.
if(PROJECT_IS_TOP_LEVEL)
  find_program(LEAT_CCACHE ccache)
  if(LEAT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${LEAT_CCACHE})
  endif()
  find_program(LEAT_MOLD mold)
  if(LEAT_MOLD)
    target_link_options(leat_build INTERFACE -fuse-ld=mold)
  endif()
  mark_as_advanced(LEAT_CCACHE LEAT_MOLD)
endif()
