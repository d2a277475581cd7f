/// Appending and reading, M1 to M6: what a record costs.
///   build/bench/bin/append_bench --quick

#include <iostream>

#include "tools/bench/bench_main.h"
#include "tools/bench/workloads.h"

int main(int argc, char** argv) {
  return leat::tools::bench_main(argc, argv, leat::tools::log_workloads, std::cout, std::cerr);
}
