/// From publisher to observer, and durably, E1 to E13.
///   build/bench/bin/bus_bench --quick

#include <iostream>

#include "tools/bench/bench_main.h"
#include "tools/bench/workloads.h"

int main(int argc, char** argv) {
  return leat::tools::bench_main(argc, argv, leat::tools::bus_workloads, std::cout, std::cerr);
}
