#pragma once

/// \file
/// What a file system can do, told from its magic number: one table.

#include <string>

#include "leat/environment.h"
#include "leat/result.h"

namespace leat::io {

/// The traits of the file system with the statfs magic number `magic`. An unknown one is taken to
/// be local, its mapped stores to be unsafe, its name is the number in hex.
///
/// Overlay counts as safe although its number hides the file system below: a mapped overlay file is
/// mapped from the upper file itself, containers run on it, and their upper is ext4 or xfs in
/// practice. On a btrfs or zfs upper a full disk is the risk, met by populate_write (S8) unless a
/// page is cloned in between.
[[nodiscard]] FileSystemTraits traits_of_magic(unsigned long magic);

/// The traits of the file system that holds `path`, a file or directory. Errors: kNotFound, kIo.
[[nodiscard]] Result<FileSystemTraits> traits_of_path(const std::string& path);

}  // namespace leat::io
