// lib/config/OPTIONS.md is what the tables print.
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "config/config.h"

namespace leat::config {
namespace {

std::string committed_document() {
  std::ostringstream text;
  text << std::ifstream(LEAT_OPTIONS_MD).rdbuf();
  return text.str();
}

TEST(OptionsDocument, IsWhatTheTablesPrint) {
  if (std::getenv("LEAT_UPDATE_DOCUMENTS") != nullptr) {
    std::ofstream(LEAT_OPTIONS_MD) << options_document();
  }
  EXPECT_EQ(committed_document(), options_document())
      << "after a change of a table: LEAT_UPDATE_DOCUMENTS=1 config_unit_test "
         "--gtest_filter='OptionsDocument.*'";
}

}  // namespace
}  // namespace leat::config
