#include "tools/bench/victim.h"

#include <cerrno>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's
#include <spawn.h>
#include <string>
#include <sys/types.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <vector>

#include "leat/error.h"
#include "leat/result.h"

#include "tools/bench/scratch.h"

namespace leat::tools {

Result<void> run_victim(const Setting& setting, const std::string& id,
                        const std::string& directory) {
  std::vector<std::string> words{"leat"};
  words.insert(words.end(), setting.self.begin(), setting.self.end());
  words.insert(words.end(), {"--victim", "--only", id, "--dir", directory});
  if (setting.quick) words.emplace_back("--quick");
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  pid_t pid = 0;
  const int code =
      ::posix_spawn(&pid, "/proc/self/exe", nullptr, nullptr, arguments.data(), ::environ);
  if (code != 0) {
    return Error(ErrorCode::kIo, "bench: posix_spawn: " + std::generic_category().message(code));
  }
  siginfo_t end{};
  // NOLINTNEXTLINE(misc-include-cleaner): WEXITED comes by sys/wait.h and by stdlib.h.
  while (::waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED) < 0 && errno == EINTR) {
  }
  if (end.si_code == CLD_KILLED && end.si_status == SIGKILL) return {};
  return Error(ErrorCode::kIo, "bench: the process to be killed ended by itself");
}

void die() {
  (void)::kill(::getpid(), SIGKILL);
  while (true) ::pause();  // nobody can refuse that signal
}

}  // namespace leat::tools
