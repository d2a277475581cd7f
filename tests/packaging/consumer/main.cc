// A program of someone else's: includes what is installed, links it, and uses it across the library's edge.
#include <cstdio>
#include <string>

#include "leat/environment.h"
#include "leat/error.h"

int main() {
  if (leat::error_name(leat::ErrorCode::kOffsetOutOfRange) != "OFFSET_OUT_OF_RANGE") {
    std::puts("error_name gave another name");
    return 1;
  }
  const auto files = leat::memory_file_system();
  const auto file = files->open("/none", leat::OpenMode::kRead);
  if (file || file.error().code() != leat::ErrorCode::kNotFound) {
    std::puts("a file that is not there was opened");
    return 1;
  }
  // An exception's type is the same on both sides of a shared library.
  try {
    (void)file.value();
  } catch (const leat::BadResultAccess& error) {
    std::puts(error.what());
    return 0;
  }
  std::puts("value() of an error did not throw");
  return 1;
}
