#include "tools/command.h"

int main(int argc, char** argv) { return leat::tools::run_command(argc, argv); }
