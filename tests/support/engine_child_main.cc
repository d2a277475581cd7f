// An engine in another process, told what to do by lines on stdin, answering each with a line on
// stdout:
//   DIR          (as the argument) opens it: "open"
//   create NAME  append NAME VALUE  flush  close
// and "ok", or the error. The end of stdin ends the process without closing.

#include <iostream>
#include <sstream>
#include <string>

#include "leat/engine.h"
#include "leat/result.h"
#include "leat/types.h"

namespace leat::support {
namespace {

template <class T>
std::string answer(const Result<T>& result) {
  return result ? "ok" : result.error().to_string();
}

std::string append(const Engine& engine, const std::string& topic, const std::string& value) {
  auto appender = engine.appender(topic, PartitionId{0});
  if (!appender) return answer(appender);
  return answer(appender->append(Record{.value = value}));
}

std::string obey(Engine& engine, const std::string& line) {
  std::istringstream words(line);
  std::string verb;
  std::string topic;
  std::string value;
  words >> verb >> topic >> value;
  if (verb == "create") return answer(engine.create_topic(topic, 1));
  if (verb == "append") return append(engine, topic, value);
  if (verb == "flush") return answer(engine.flush());
  if (verb == "close") return answer(engine.close());
  return "no such verb: " + verb;
}

int run(const std::string& directory) {
  auto engine = Engine::open({.directory = directory});
  std::cout << (engine ? "open" : engine.error().to_string()) << '\n' << std::flush;
  if (!engine) return 2;
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << obey(*engine, line) << '\n' << std::flush;
  }
  return 0;
}

}  // namespace
}  // namespace leat::support

int main(int count, char** words) { return count == 2 ? leat::support::run(words[1]) : 2; }
