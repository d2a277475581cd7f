#pragma once

/// \file
/// What the demo publishes: real text that every Debian machine has.

#include <cstddef>
#include <string>
#include <vector>

namespace leat::tools {

struct FeedRecord {
  std::string key;  ///< the package, or the first word of the line
  std::string value;
};

/// The records of one file; a publisher sends them round and round. Never empty.
struct Feed {
  std::string name;
  std::vector<FeedRecord> records;
};

struct Feeds {
  std::vector<Feed> feeds;
  std::string origin;  ///< for the report: where the text is from
  std::size_t bytes = 0;
};

/// dpkg's list of packages, a record a package, and the common licences, a record a line; where
/// there is neither, text files below /usr/share; where there are none, generated text.
[[nodiscard]] Feeds find_feeds();

}  // namespace leat::tools
