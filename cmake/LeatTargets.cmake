# Options, and the functions every CMakeLists.txt of the project is written in:
#   leat_module(base SOURCES a.cc b.cc DEPS io PRIVATE_LIBS zstd)   -> static library leat_base
#   leat_test(base SOURCES a_test.cc DEPS base LABEL unit)          -> one gtest binary, each TEST a ctest
option(LEAT_TESTS "Build the tests" ${PROJECT_IS_TOP_LEVEL})
option(LEAT_BENCHMARKS "Build the benchmarks" OFF)
option(LEAT_FUZZ "Build the fuzz targets (clang)" OFF)
option(LEAT_ROCKSDB "Keep the views in RocksDB; without it they are rebuilt at open" ON)
option(LEAT_TIDY "Run clang-tidy 19 beside the compiler" OFF)

set(LEAT_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                  -Werror)

# Flags of our own targets only: as a subproject Leat sets nothing global.
add_library(leat_build INTERFACE)
target_compile_features(leat_build INTERFACE cxx_std_20)
target_compile_options(leat_build INTERFACE ${LEAT_WARNINGS} -fvisibility=hidden -fvisibility-inlines-hidden)
target_include_directories(leat_build INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib)

function(leat_tidy target)
  if(LEAT_TIDY)
    set_target_properties(${target} PROPERTIES CXX_CLANG_TIDY "clang-tidy-19;--quiet")
  endif()
endfunction()

function(leat_module name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPS;PRIVATE_LIBS" ${ARGN})
  add_library(leat_${name} STATIC ${arg_SOURCES})
  set_target_properties(leat_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  list(TRANSFORM arg_DEPS PREPEND leat_)
  target_link_libraries(leat_${name} PUBLIC $<BUILD_INTERFACE:leat_build> ${arg_DEPS} PRIVATE ${arg_PRIVATE_LIBS})
  leat_tidy(leat_${name})
endfunction()

function(leat_test name)
  cmake_parse_arguments(arg "" "LABEL;TIMEOUT" "SOURCES;DEPS;LIBS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name}_${arg_LABEL}_test ${arg_SOURCES})
  list(TRANSFORM arg_DEPS PREPEND leat_)
  target_link_libraries(${name}_${arg_LABEL}_test PRIVATE leat_build ${arg_DEPS} ${arg_LIBS} GTest::gmock GTest::gtest_main)
  target_include_directories(${name}_${arg_LABEL}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests)
  gtest_discover_tests(${name}_${arg_LABEL}_test DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS ${arg_LABEL} TIMEOUT ${arg_TIMEOUT})
endfunction()
