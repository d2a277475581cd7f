#include "server/properties.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <fmt/core.h>
#include <functional>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "leat/error.h"
#include "leat/options.h"
#include "leat/result.h"

#include "base/text.h"
#include "base/try.h"
#include "config/config.h"
#include "net/address.h"
#include "server/broker_configs.h"
#include "server/kafka_keys.h"

namespace leat::server {
namespace {

constexpr std::string_view kBlanks = " \t\f\r\n";

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

Error invalid(std::string_view where, std::string_view what) {
  return {ErrorCode::kInvalidConfig, fmt::format("{}: {}", where, what)};
}

/// Takes lines off a text and counts them.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}
  std::optional<std::string_view> next() {
    if (rest_.empty()) return std::nullopt;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    const std::string_view line = trimmed(rest_.substr(0, end));
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    ++number_;
    return line;
  }
  [[nodiscard]] std::size_t number() const { return number_; }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

/// Whether a line ends in a backslash that is not itself escaped.
bool continues(std::string_view line) {
  const std::size_t last = line.find_last_not_of('\\');
  const std::size_t text = last == std::string_view::npos ? 0 : last + 1;
  return (line.size() - text) % 2 == 1;
}

/// Where the name ends: at the first =, : or blank that is not escaped.
std::size_t end_of_name(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] != '=' && line[at] != ':' && line[at] != ' ' &&
         line[at] != '\t') {
    at += line[at] == '\\' ? 2U : 1U;
  }
  return std::min(at, line.size());
}

/// Java's escapes: \t \n \r \f, and any other character for itself. (\uXXXX is of no use in a
/// config; it is refused.)
std::optional<std::string> unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\' || at + 1 == text.size()) {
      plain += text[at];
      continue;
    }
    const char letter = text[++at];
    if (letter == 'u') return std::nullopt;
    constexpr std::string_view kLetters = "tnrf";
    constexpr std::string_view kMeanings = "\t\n\r\f";
    const std::size_t known = kLetters.find(letter);
    plain += known == std::string_view::npos ? letter : kMeanings[known];
  }
  return plain;
}

Result<Property> parse_property(std::string_view line, std::string where) {
  const std::size_t end = end_of_name(line);
  std::string_view value = trimmed(line.substr(end));
  if (value.starts_with('=') || value.starts_with(':')) value = trimmed(value.substr(1));
  auto name = unescaped(line.substr(0, end));
  auto text = unescaped(value);
  if (!name || !text) return invalid(where, "\\u escapes are not taken: write the character");
  if (name->empty()) return invalid(where, fmt::format("'{}' has no name before its value", line));
  return Property{*std::move(name), *std::move(text), std::move(where)};
}

/// Variables that are no configs: the images' own, a client's, and what Kubernetes sets for a
/// service named kafka.
bool is_of_the_image(std::string_view name) {
  constexpr auto kExact = std::to_array<std::string_view>(
      {"ADMIN_SERVERS", "BOOTSTRAP_SERVERS", "BROKERS", "CLUSTER_ID", "CREATE_TOPICS", "DATA_DIR",
       "GROUP", "HOME", "HOST", "KRAFT_CLUSTER_ID", "MODE", "PORT", "USER", "VERSION",
       "ZOOKEEPER_TLS_TYPE"});
  constexpr auto kPrefixes =
      std::to_array<std::string_view>({"CLIENT_", "JMX_", "LOG4J_", "PORT_", "SERVICE_", "TOOLS_"});
  return std::ranges::binary_search(kExact, name) || name.ends_with("_OPTS") || name == "OPTS" ||
         std::ranges::any_of(kPrefixes,
                             [&](std::string_view prefix) { return name.starts_with(prefix); });
}

/// NUM_PARTITIONS -> num.partitions; __ -> _; ___ -> -.
std::string property_name(std::string_view variable) {
  std::string name;
  for (std::size_t at = 0; at < variable.size();) {
    if (variable[at] != '_') {
      const char c = variable[at++];
      name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      continue;
    }
    const std::size_t end = std::min(variable.find_first_not_of('_', at), variable.size());
    const std::size_t count = std::min<std::size_t>(end - at, 3);
    name += ".._-"[count];
    at += count;
  }
  return name;
}

constexpr std::array<std::string_view, 4> kCoarseTimes{
    "log.retention.hours", "log.retention.minutes", "log.roll.hours", "log.roll.jitter.hours"};

std::vector<std::string_view> engine_names() {
  std::vector<std::string_view> names(kCoarseTimes.begin(), kCoarseTimes.end());
  for (const auto& row : config::engine_option_table()) names.push_back(row.name);
  for (const auto& row : config::topic_option_table()) {
    if (!row.broker_synonym.empty()) names.push_back(row.broker_synonym);
  }
  return names;
}

/// Those that are an option of the server, or that a choice of a listener needs.
constexpr auto kOwnNames = std::to_array<std::string_view>(
    {"advertised.listeners", "broker.id", "controller.listener.names",
     "listener.security.protocol.map", "listeners", "log.dir", "log.dirs", "node.id"});
static_assert(std::ranges::is_sorted(kOwnNames));

Error unknown(const Property& property) {
  std::vector<std::string_view> known = engine_names();
  const std::vector<ConfigEntry> servers = describe(BrokerConfigs());
  for (const ConfigEntry& config : servers) known.push_back(config.name);
  std::ranges::copy(kOwnNames, std::back_inserter(known));
  std::ranges::copy(inapplicable_names(), std::back_inserter(known));
  const auto near = base::nearest(property.name, known);
  return invalid(property.where,
                 fmt::format("Kafka has no broker config '{}'{}", property.name,
                             near ? fmt::format("; did you mean '{}'?", *near) : ""));
}

struct ListenerText {
  std::string_view name;
  std::string_view address;
};

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(','), text.size());
    if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.push_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

/// NAME://HOST:PORT,…
Result<std::vector<ListenerText>> parse_listeners(const Property& property) {
  std::vector<ListenerText> listeners;
  for (const std::string_view part : split(property.value)) {
    const std::size_t at = part.find("://");
    if (at == std::string_view::npos) {
      return invalid(property.where,
                     fmt::format("{}: '{}' is not NAME://HOST:PORT, as PLAINTEXT://:9092",
                                 property.name, part));
    }
    listeners.push_back({part.substr(0, at), part.substr(at + 3)});
  }
  return listeners;
}

/// An empty host is every address, as for Kafka.
Result<std::string> parse_address(const Property& property, std::string_view text) {
  std::string full = fmt::format("{}{}", text.starts_with(':') ? "0.0.0.0" : "", text);
  const auto address = net::parse_host_port(full);
  if (!address) return invalid(property.where, address.error().message());
  return full;
}

class Sorter {
 public:
  Result<void> take(const Property& property) {
    if (std::ranges::binary_search(kOwnNames, property.name)) {
      own_.insert_or_assign(property.name, &property);
      return {};
    }
    if (is_broker_config(property.name)) {
      const auto parsed = parse_broker_configs({{property.name, property.value}});
      if (!parsed) return parsed.error().with_context(property.where);
      sorted_.server.insert_or_assign(property.name, property.value);
      return {};
    }
    if (std::ranges::count(engine_names_, property.name) > 0) {
      EngineOptions scratch;
      const auto set = config::set(scratch, property.name, property.value);
      if (!set) return set.error().with_context(property.where);
      sorted_.engine.insert_or_assign(property.name, property.value);
      return {};
    }
    if (!is_inapplicable(property.name)) return unknown(property);
    sorted_.ignored.insert(property.name);
    return {};
  }

  Result<ServerProperties> finish() {
    for (const char* const name : {"controller.listener.names", "listener.security.protocol.map"}) {
      if (find(name) != nullptr) sorted_.ignored.insert(name);
    }
    LEAT_TRY_VOID(set_directory());
    LEAT_TRY_VOID(set_node_id());
    LEAT_TRY_VOID(set_listeners());
    return std::move(sorted_);
  }

 private:
  [[nodiscard]] const Property* find(std::string_view name) const {
    const auto at = own_.find(name);
    return at == own_.end() ? nullptr : at->second;
  }
  /// The first of two names that is there.
  [[nodiscard]] const Property* find(std::string_view name, std::string_view other) const {
    const Property* const first = find(name);
    return first != nullptr ? first : find(other);
  }

  Result<void> set_directory() {
    const Property* const directory = find("log.dirs", "log.dir");
    if (directory == nullptr) return {};
    const auto all = split(directory->value);
    if (all.size() != 1) {
      return invalid(directory->where, fmt::format("{}='{}' names {} directories; a log here has 1",
                                                   directory->name, directory->value, all.size()));
    }
    sorted_.directory = std::string(all.front());
    return {};
  }

  Result<void> set_node_id() {
    const Property* const id = find("node.id", "broker.id");
    if (id == nullptr || (id->name == "broker.id" && id->value == "-1")) return {};  // "any"
    std::int32_t number = -1;
    const char* const end = id->value.data() + id->value.size();
    const auto [rest, error] = std::from_chars(id->value.data(), end, number);
    if (error != std::errc() || rest != end || number < 0) {
      return invalid(id->where, fmt::format("{}='{}' is no integer from 0", id->name, id->value));
    }
    sorted_.node_id = number;
    return {};
  }

  [[nodiscard]] bool is_controllers(std::string_view listener) const {
    const Property* const names = find("controller.listener.names");
    if (names == nullptr) return listener == "CONTROLLER";
    return std::ranges::count(split(names->value), listener) > 0;
  }
  /// A name that is no protocol's has the one that the map says, or nothing to be afraid of.
  [[nodiscard]] bool is_plaintext(std::string_view listener) const {
    std::string_view protocol = listener;
    if (const Property* const map = find("listener.security.protocol.map")) {
      for (const std::string_view entry : split(map->value)) {
        const std::size_t colon = std::min(entry.find(':'), entry.size() - 1);
        if (trimmed(entry.substr(0, colon)) == listener)
          protocol = trimmed(entry.substr(colon + 1));
      }
    }
    return !protocol.starts_with("SSL") && !protocol.starts_with("SASL");
  }

  Result<void> set_listeners() {
    std::optional<std::string> served;
    if (const Property* const listeners = find("listeners")) {
      LEAT_TRY(const auto all, parse_listeners(*listeners));
      for (const ListenerText& listener : all) {
        if (is_controllers(listener.name)) continue;
        if (served || !is_plaintext(listener.name)) {
          sorted_.unserved.emplace(listener.name);
          continue;
        }
        LEAT_TRY(sorted_.listen, parse_address(*listeners, listener.address));
        served = listener.name;
      }
      if (!served) {
        return invalid(listeners->where, fmt::format("listeners='{}' has none in plain text, and "
                                                     "there is no TLS and no SASL here",
                                                     listeners->value));
      }
    }
    const Property* const advertised = find("advertised.listeners");
    if (advertised == nullptr) return {};
    LEAT_TRY(const auto all, parse_listeners(*advertised));
    for (const ListenerText& listener : all) {
      if (is_controllers(listener.name) || !is_plaintext(listener.name)) continue;
      if (served && *served != listener.name) continue;
      LEAT_TRY(sorted_.advertised, parse_address(*advertised, listener.address));
      return {};
    }
    return {};
  }

  std::map<std::string, const Property*, std::less<>> own_;
  const std::vector<std::string_view> engine_names_ = engine_names();
  ServerProperties sorted_;
};

}  // namespace

Result<std::vector<Property>> parse_properties(std::string_view text, std::string_view file) {
  std::vector<Property> properties;
  Lines lines(text);
  while (const auto line = lines.next()) {
    if (line->empty() || line->starts_with('#') || line->starts_with('!')) continue;
    std::string where = fmt::format("{}:{}", file, lines.number());
    std::string whole(*line);
    while (continues(whole)) {
      whole.pop_back();
      const auto more = lines.next();
      if (!more) break;
      whole += *more;
    }
    LEAT_TRY(Property property, parse_property(whole, std::move(where)));
    properties.push_back(std::move(property));
  }
  return properties;
}

std::vector<Property> properties_of_environment(std::span<const std::string_view> variables) {
  std::vector<Property> properties;
  for (const std::string_view variable : variables) {
    const std::size_t at = variable.find('=');
    std::string_view name = variable.substr(0, at);
    if (at == std::string_view::npos || !name.starts_with("KAFKA_")) continue;
    name.remove_prefix(std::string_view("KAFKA_").size());
    if (name.starts_with("CFG_")) name.remove_prefix(std::string_view("CFG_").size());
    if (name.empty() || is_of_the_image(name)) continue;
    properties.push_back({property_name(name), std::string(trimmed(variable.substr(at + 1))),
                          std::string(variable.substr(0, at))});
  }
  return properties;
}

Result<ServerProperties> sort_properties(std::span<const Property> properties) {
  Sorter sorter;
  for (const Property& property : properties) LEAT_TRY_VOID(sorter.take(property));
  return sorter.finish();
}

}  // namespace leat::server
