#pragma once

/// \file
/// Paths of the file systems that are not the kernel's.

#include <string_view>
#include <vector>

namespace leat::io {

/// The names along `path`: "/a//b/./c/" gives a, b, c. There is no working directory: "a" is "/a".
/// ".." goes up, and stays at the root.
[[nodiscard]] inline std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> names;
  while (!path.empty()) {
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
    if (name == "..") {
      if (!names.empty()) names.pop_back();
    } else if (!name.empty() && name != ".") {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace leat::io
