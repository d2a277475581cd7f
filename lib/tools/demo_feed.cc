#include "tools/demo_feed.h"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <fmt/core.h>
#include <fstream>
#include <ios>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace leat::tools {
namespace {

constexpr std::size_t kFeedsMax = 16;
constexpr std::size_t kFileBytesMax = std::size_t{4} << 20U;
constexpr std::string_view kPackagesPath = "/var/lib/dpkg/status";
constexpr std::string_view kLicencesPath = "/usr/share/common-licenses";

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  if (text.size() > kFileBytesMax) text.resize(kFileBytesMax);
  return text;
}

std::string_view first_word(std::string_view line) {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  const auto begin = std::ranges::find_if(line, is_letter);
  const auto end = std::find_if_not(begin, line.end(), is_letter);
  return {begin, end};
}

/// A record a line; lines without a word are left out.
Feed by_lines(std::string name, std::string_view text) {
  Feed feed{std::move(name), {}};
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string_view word = first_word(line);
    if (!word.empty()) feed.records.push_back({std::string(word), std::string(line)});
  }
  return feed;
}

/// A record a paragraph of dpkg's status file, keyed by the package it describes.
Feed by_packages(std::string name, std::string_view text) {
  constexpr std::string_view kField = "Package: ";
  Feed feed{std::move(name), {}};
  while (!text.empty()) {
    const std::string_view paragraph = text.substr(0, text.find("\n\n"));
    text.remove_prefix(std::min(text.size(), paragraph.size() + 2));
    if (!paragraph.starts_with(kField)) continue;
    const std::string_view package =
        paragraph.substr(kField.size(), paragraph.find('\n') - kField.size());
    feed.records.push_back({std::string(package), std::string(paragraph)});
  }
  return feed;
}

/// Regular files in `directory`, links left out: the same text would be published twice.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& directory) {
  std::vector<std::filesystem::path> found;
  std::error_code problem;
  for (std::filesystem::directory_iterator at(directory, problem), end; !problem && at != end;
       at.increment(problem)) {
    if (at->is_regular_file(problem) && !at->is_symlink(problem)) found.push_back(at->path());
  }
  std::ranges::sort(found);
  return found;
}

void add(Feeds& feeds, Feed feed) {
  if (feed.records.empty() || feeds.feeds.size() == kFeedsMax) return;
  for (const FeedRecord& record : feed.records)
    feeds.bytes += record.key.size() + record.value.size();
  feeds.feeds.push_back(std::move(feed));
}

/// Text files that Debian's packages bring, where there are no licences.
void add_any_text(Feeds& feeds) {
  std::error_code problem;
  constexpr auto kSkip = std::filesystem::directory_options::skip_permission_denied;
  for (std::filesystem::recursive_directory_iterator at("/usr/share", kSkip, problem), end;
       !problem && at != end && feeds.feeds.size() < kFeedsMax; at.increment(problem)) {
    std::error_code ignored;
    const std::string extension = at->path().extension();
    const bool is_text =
        extension == ".txt" || extension == ".md" || at->path().filename() == "copyright";
    if (is_text && at->is_regular_file(ignored))
      add(feeds, by_lines(at->path(), read_text(at->path())));
  }
  if (!feeds.feeds.empty()) feeds.origin = "text files below /usr/share";
}

Feed generated(std::size_t number) {
  Feed feed{fmt::format("generated {}", number), {}};
  constexpr std::size_t kLines = 1000;
  for (std::size_t line = 0; line < kLines; ++line) {
    const std::string key = fmt::format("word{}", (line * 7919 + number) % 211);
    feed.records.push_back({key, fmt::format("{} is on line {} of feed {}", key, line, number)});
  }
  return feed;
}

}  // namespace

Feeds find_feeds() {
  Feeds feeds;
  add(feeds, by_packages("dpkg status", read_text(kPackagesPath)));
  const std::size_t packages = feeds.feeds.empty() ? 0 : feeds.feeds.front().records.size();
  for (const auto& path : files_in(kLicencesPath))
    add(feeds, by_lines(path.filename(), read_text(path)));
  const std::size_t licences = feeds.feeds.size() - (packages > 0 ? 1 : 0);
  if (!feeds.feeds.empty()) {
    feeds.origin = fmt::format("{} packages of dpkg, {} licences", packages, licences);
    return feeds;
  }
  add_any_text(feeds);
  if (!feeds.feeds.empty()) return feeds;
  feeds.origin = "generated text: this machine has no text files in the usual places";
  for (std::size_t i = 0; i < 4; ++i) add(feeds, generated(i));
  return feeds;
}

}  // namespace leat::tools
