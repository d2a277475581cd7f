#include "tools/bench/scratch.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): mkdtemp is POSIX's
#include <string>
#include <system_error>
#include <utility>

#include "leat/environment.h"
#include "leat/error.h"
#include "leat/result.h"

#include "base/try.h"

namespace leat::tools {

Result<ScratchDirectory> ScratchDirectory::make(const std::string& parent) {
  std::string path = parent + "/leat-bench-XXXXXX";
  if (::mkdtemp(path.data()) != nullptr) return ScratchDirectory(std::move(path));
  const std::string why = std::generic_category().message(errno);
  return Error(ErrorCode::kIo, "bench: no directory can be made in " + parent + ": " + why);
}

ScratchDirectory::~ScratchDirectory() {
  if (path_.empty()) return;
  std::error_code ignored;  // what cannot be removed is left behind, in a directory of ours
  std::filesystem::remove_all(path_, ignored);
}

Result<ScratchFile> ScratchFile::make(const Setting& setting, std::size_t bytes) {
  std::string path = setting.directory + "/scratch";
  LEAT_TRY(std::unique_ptr<File> file, setting.file_system->open(path, OpenMode::kCreateNew));
  ScratchFile made(setting.file_system, std::move(path), std::move(file), bytes);
  LEAT_TRY_VOID(made.file_->allocate(0, bytes));
  return made;
}

ScratchFile::~ScratchFile() {
  if (file_) (void)file_system_->remove(path_);  // its directory goes as well
}

Result<std::unique_ptr<Mapping>> ScratchFile::map_populated() {
  constexpr std::size_t kStep = std::size_t{4} << 20U;
  LEAT_TRY(std::unique_ptr<Mapping> map, file_->map(size_, MapAccess::kReadWrite));
  for (std::size_t at = 0; at < size_; at += kStep) {
    LEAT_TRY_VOID(map->populate_write(at, std::min(kStep, size_ - at)));
  }
  return map;
}

}  // namespace leat::tools
