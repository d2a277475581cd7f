# Options, and the functions every CMakeLists.txt of the project is written in:
#   leat_module(base SOURCES a.cc b.cc DEPS io PRIVATE_LIBS zstd)    -> static library leat_base, part of the bundle
#   leat_command(SOURCES main.cc DEPS tools LIBS …)                  -> bin/leat
#   leat_test(base SOURCES a_test.cc DEPS base LABEL unit)           -> one gtest binary, each TEST a ctest
#   leat_benchmark(append SOURCES append_bench.cc DEPS log)          -> bin/append_bench
#   leat_fuzz(batch SOURCES batch_fuzz.cc DEPS record)               -> bin/batch_fuzz, its corpus a ctest
# PRIVATE_LIBS are plain -l names of Debian's libraries, not targets (z, not ZLIB::ZLIB): the same list serves this
# build, the exported package and leat.pc. A module without SOURCES is headers only.
option(LEAT_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_TOOLS "Build the leat command" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_SHARED "Build libleat.so beside libleat.a" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_INSTALL "Make the install target" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_BENCHMARKS "Build the benchmarks" OFF)
option(LEAT_FUZZ "Build the fuzz targets (clang)" OFF)
option(LEAT_KAFKA "Build the network adaptor, leat::kafka" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_ROCKSDB "Keep the views in RocksDB; without it they are rebuilt at open" ON)
option(LEAT_TIDY "Run clang-tidy 19 beside the compiler" OFF)
option(LEAT_COVERAGE "Count executed lines (gcovr reads them)" OFF)
set(LEAT_SANITIZE "" CACHE STRING "Sanitizers of our own targets, as -fsanitize= takes them")

# The floor plan's order (design.md §2): lib/ and tests/unit/ have a directory of each name.
set(LEAT_MODULES base record io sim config wire index log partition group txn service engine kafka net
                 server testkit tools)
# Modules that a user of the library does not link: the test kit and the adaptor are libraries of their own, tools a
# command.
set(LEAT_UNBUNDLED sim kafka net server testkit tools)

include(LeatFlags)

function(leat_tidy target)
  if(LEAT_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "clang-tidy-19;--quiet")
  endif()
endfunction()

# Here, not in lib/index: whatever links the module must see the target too.
if(LEAT_ROCKSDB)
  find_package(LeatRocksDB REQUIRED)
endif()

function(leat_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;PRIVATE_LIBS" ${ARGN})
  list(TRANSFORM arg_DEPS PREPEND leat_)
  if(NOT arg_SOURCES)
    add_library(leat_${name} INTERFACE)
    target_link_libraries(leat_${name} INTERFACE leat_build ${arg_DEPS})
    return()
  endif()
  add_library(leat_${name} STATIC ${arg_SOURCES})
  set_target_properties(leat_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  if(arg_PRIVATE_LIBS MATCHES "::")
    message(FATAL_ERROR "leat_module(${name}): PRIVATE_LIBS takes -l names, not targets: ${arg_PRIVATE_LIBS}")
  endif()
  # Only RocksDB is linked otherwise in this tree than by a user of the package (cmake/FindLeatRocksDB.cmake).
  list(TRANSFORM arg_PRIVATE_LIBS REPLACE "^rocksdb$" "LeatRocksDB::rocksdb" OUTPUT_VARIABLE linked)
  target_link_libraries(leat_${name} PRIVATE ${linked})
  target_link_libraries(leat_${name} PUBLIC leat_build ${arg_DEPS})
  leat_tidy(leat_${name})
  if(NOT name IN_LIST LEAT_UNBUNDLED)
    set_property(GLOBAL APPEND PROPERTY LEAT_BUNDLED_MODULES leat_${name})
    set_property(GLOBAL APPEND PROPERTY LEAT_BUNDLED_LIBS ${arg_PRIVATE_LIBS})
  endif()
endfunction()

# An executable of ours in <build>/bin.
function(leat_executable target)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;LIBS" ${ARGN})
  add_executable(${target} ${arg_SOURCES})
  list(TRANSFORM arg_DEPS PREPEND leat_)
  target_link_libraries(${target} PRIVATE leat_build ${arg_DEPS} ${arg_LIBS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  leat_tidy(${target})
endfunction()

# The target is leat_command, since leat is the library; the file is bin/leat.
function(leat_command)
  leat_executable(leat_command ${ARGN})
  set_target_properties(leat_command PROPERTIES OUTPUT_NAME leat)
endfunction()

function(leat_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set(target ${name}_${arg_LABEL}_test)
  add_executable(${target} ${arg_SOURCES})
  list(TRANSFORM arg_DEPS PREPEND leat_)
  target_link_libraries(${target} PRIVATE leat_build ${arg_DEPS} ${arg_LIBS} GTest::gmock GTest::gtest_main)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  add_dependencies(leat_tests_${arg_LABEL} ${target})
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()

function(leat_benchmark name)
  cmake_parse_arguments(arg "" "" "LIBS" ${ARGN})
  leat_executable(${name}_bench ${arg_UNPARSED_ARGUMENTS} LIBS benchmark::benchmark ${arg_LIBS})
endfunction()

# The corpus is fuzz/corpus/<name>/. `.ci/run` lets each target run beyond it. All of them: target leat_fuzzers.
if(LEAT_FUZZ)
  add_custom_target(leat_fuzzers)
endif()
function(leat_fuzz name)
  leat_executable(${name}_fuzz ${ARGN})
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  add_dependencies(leat_fuzzers ${name}_fuzz)
  add_test(NAME fuzz.${name}.corpus
           COMMAND ${name}_fuzz -runs=0 ${PROJECT_SOURCE_DIR}/fuzz/corpus/${name})
  set_tests_properties(fuzz.${name}.corpus PROPERTIES LABELS fuzz TIMEOUT 300)
endfunction()
