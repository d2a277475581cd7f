/// What this machine gives at best: the limits that the rows of the other benchmarks stand beside.
///   build/bench/bin/limits_bench --quick

#include <iostream>

#include "tools/bench/bench_main.h"
#include "tools/bench/limits.h"

int main(int argc, char** argv) {
  return leat::tools::bench_main(argc, argv, leat::tools::limit_workloads, std::cout, std::cerr);
}
