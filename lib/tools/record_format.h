#pragma once

/// \file
/// `--format`, as kcat has it: text with %-words and backslash escapes, parsed once.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "leat/consumer.h"
#include "leat/result.h"

namespace leat::tools {

/// A value. `const` means many threads may use it.
class RecordFormat {
 public:
  /// %t topic, %p partition, %o offset, %k key, %s value, %K and %S their lengths (-1: null), %T
  /// timestamp in ms, %h headers as name=value,…, %% a percent sign; \n \r \t \\ \0 and \xHH.
  /// Errors: kInvalidArgument, told with what there is.
  static Result<RecordFormat> parse(std::string_view text);
  /// Appends `record` to `out`. A null key or value is shown as nothing.
  void append(const ConsumedRecord& record, std::string& out) const;

 private:
  struct Piece {
    char word = 0;  // 0: the text alone
    std::string text;
  };
  std::vector<Piece> pieces_;
};

}  // namespace leat::tools
