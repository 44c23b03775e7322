#include "server/ops/settings.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "server/ops/limit_table.h"
#include "server/ops/nearest_name.h"
#include "server/ops/option_table.h"

namespace visavis::ops {
namespace {

constexpr std::size_t kFileBytesMax = 1'048'576;

std::vector<std::string> split_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t comma = text.find(',');
    std::string_view part = text.substr(0, comma);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    parts.emplace_back(part);
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

Result<std::string, ConfigError> read_file(const std::filesystem::path& file) {
  const auto failure = [&file](std::string_view why) {
    return Failure{ConfigError{fmt::format("--config: {} {}.", file.string(), why)}};
  };
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (!std::filesystem::exists(status)) return failure("does not exist");
  if (std::filesystem::is_directory(status)) return failure("is a directory, not a TOML file");
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return failure("cannot be read");
  std::string content(kFileBytesMax + 1, '\0');
  stream.read(content.data(), static_cast<std::streamsize>(content.size()));
  content.resize(static_cast<std::size_t>(stream.gcount()));
  if (content.size() > kFileBytesMax) return failure("is larger than 1 MiB");
  return content;
}

class FileReader {
 public:
  explicit FileReader(const std::filesystem::path& file) : file_(file) {}

  Result<Settings, ConfigError> read(const toml::table& table) {
    for (const auto& [key, node] : table) {
      const auto problem = key.str() == "limits" ? read_limits(node) : read_option(key.str(), node);
      if (!problem.empty()) return Failure{ConfigError{problem}};
    }
    return std::move(settings_);
  }

 private:
  std::string place(const toml::node& node) const {
    return fmt::format("{}:{}", file_.string(), node.source().begin.line);
  }

  // The answer is empty, or the sentence that says what is wrong.
  std::string read_option(std::string_view key, const toml::node& node) {
    const Option* option = find_option(key);
    if (option == nullptr || option->apply == nullptr) {
      return no_option(key, node);
    }
    Setting setting;
    setting.origin = fmt::format("{} ({})", place(node), key);
    if (const auto* array = node.as_array(); array != nullptr && option->repeatable) {
      for (const auto& element : *array) {
        if (!add(*option, element, setting)) return wrong_type(*option, element);
      }
    } else if (!add(*option, node, setting)) {
      return wrong_type(*option, node);
    }
    settings_.emplace(key, std::move(setting));
    return {};
  }

  std::string no_option(std::string_view key, const toml::node& node) const {
    if (find_limit_key(key) != nullptr) {
      return fmt::format("{}: {} is a limit; put it below a line [limits].", place(node), key);
    }
    std::vector<std::string> known;
    for (const Option& option : options()) {
      if (option.apply != nullptr) known.push_back(option.toml_key());
    }
    const std::string meant = did_you_mean(key, known);
    return fmt::format("{}: there is no option {}{} visavis --help lists them.", place(node), key,
                       meant.empty() ? ";" : meant);
  }

  bool add(const Option& option, const toml::node& node, Setting& setting) const {
    std::optional<std::string> text;
    if (option.kind == OptionKind::kNumber) {
      if (const auto* number = node.as_integer()) text = fmt::format("{}", number->get());
    } else if (option.kind == OptionKind::kSwitch) {
      if (const auto* flag = node.as_boolean()) text = flag->get() ? "true" : "false";
    } else if (const auto* string = node.as_string()) {
      text = string->get();
    }
    if (!text) return false;
    if (option.kind == OptionKind::kPath && !text->empty()) {
      text = (file_.parent_path() / *text).string();  // an absolute path replaces the directory
    }
    setting.values.push_back(std::move(*text));
    return true;
  }

  std::string wrong_type(const Option& option, const toml::node& node) const {
    const std::string_view type = option.kind == OptionKind::kNumber   ? "an integer"
                                  : option.kind == OptionKind::kSwitch ? "a boolean"
                                  : option.repeatable ? "a string or an array of strings"
                                                      : "a string";
    return fmt::format("{}: {} takes {}, as {}.", place(node), option.toml_key(), option.takes,
                       type);
  }

  std::string read_limits(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return fmt::format("{}: limits is a table, [limits].", place(node));
    for (const auto& [key, value] : *table) {
      const LimitKey* limit = find_limit_key(key.str());
      if (limit == nullptr) {
        std::vector<std::string> known;
        for (const LimitKey& one : limit_keys()) known.emplace_back(one.key);
        const std::string meant = did_you_mean(key.str(), known);
        return fmt::format("{}: there is no limit {}{} docs/operating.md lists them.", place(value),
                           key.str(), meant.empty() ? ";" : meant);
      }
      const auto* number = value.as_integer();
      if (number == nullptr) {
        return fmt::format("{}: {} takes a whole number from {} to {}.", place(value), limit->key,
                           limit->min, limit->max);
      }
      Setting setting{{fmt::format("{}", number->get())},
                      fmt::format("{} (limits.{})", place(value), limit->key)};
      settings_.emplace(fmt::format("limits.{}", limit->key), std::move(setting));
    }
    return {};
  }

  std::filesystem::path file_;
  Settings settings_;
};

// What to do about a line that is no TOML, where that is easily said: an address without quotes is
// the commonest, and the parser complains of a time. The value may be a secret, so it is not shown.
std::string missing_quotes(std::string_view content, std::size_t line_number) {
  for (std::size_t i = 1; i < line_number; ++i) {
    content.remove_prefix(std::min(content.size(), content.find('\n')));
    content.remove_prefix(std::min<std::size_t>(content.size(), 1));
  }
  const std::string_view line = content.substr(0, content.find('\n'));
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return {};
  std::string_view key = line.substr(0, equals);
  while (key.starts_with(' ') || key.starts_with('\t')) key.remove_prefix(1);
  while (key.ends_with(' ') || key.ends_with('\t')) key.remove_suffix(1);
  const Option* option = find_option(key);
  const bool is_text =
      option != nullptr && (option->kind == OptionKind::kText || option->kind == OptionKind::kPath);
  // With a quote or a bracket it has begun as a text or a list, and something else is wrong with
  // it.
  if (!is_text || line.find_first_of("\"'[{", equals) != std::string_view::npos) return {};
  return fmt::format("; text goes into quotes: {} = \"…\"", key);
}

}  // namespace

Result<Settings, ConfigError> settings_from_file(const std::filesystem::path& file) {
  const auto content = read_file(file);
  if (!content) return Failure{content.error()};
  try {
    return FileReader(file).read(toml::parse(*content, file.string()));
  } catch (const toml::parse_error& error) {
    const auto line = error.source().begin.line;
    return Failure{ConfigError{fmt::format("{}:{}: {}{}.", file.string(), line, error.description(),
                                           missing_quotes(*content, line))}};
  }
}

Settings settings_from_environment(Environment environment) {
  Settings settings;
  const auto add = [&](const std::string& variable, std::string key, bool repeatable) {
    const char* value = environment(variable.c_str());
    if (value == nullptr || *value == '\0') return;
    auto values = repeatable ? split_at_commas(value) : std::vector<std::string>{value};
    settings.emplace(std::move(key), Setting{std::move(values), variable});
  };
  for (const Option& option : options())
    add(option.variable(), option.toml_key(), option.repeatable);
  for (const LimitKey& limit : limit_keys()) {
    add(limit.variable(), fmt::format("limits.{}", limit.key), false);
  }
  return settings;
}

}  // namespace visavis::ops
