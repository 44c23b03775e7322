// What operators read is what the code says: the tables in docs/operating.md are made from the
// code, and
// --help changes only on purpose. VISAVIS_UPDATE_DOCS=1 with this test writes both anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "server/ops/limit_table.h"
#include "server/ops/option_table.h"

namespace visavis::ops {
namespace {

constexpr auto kPage = VISAVIS_SOURCE_DIR "/docs/operating.md";
constexpr auto kHelp = VISAVIS_SOURCE_DIR "/server/ops/testdata/help.txt";

// A pipe would end a table's cell.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '|') escaped += '\\';
    escaped += c;
  }
  return escaped;
}

std::string options_table() {
  std::string table = "\n| option | meaning | default |\n| --- | --- | --- |\n";
  for (const Option& option : options()) {
    const std::string flag = option.placeholder.empty()
                                 ? option.flag()
                                 : fmt::format("{} {}", option.flag(), option.placeholder);
    table += fmt::format("| `{}` | {}{} | {} |\n", flag, cell(option.meaning),
                         option.repeatable ? " May be repeated." : "", cell(option.default_text));
  }
  return table + "\n";
}

std::string limits_table() {
  const Config defaults;
  std::string table =
      "\n| limit | meaning | default | least | most |\n| --- | --- | ---: | ---: | ---: |\n";
  for (const LimitKey& limit : limit_keys()) {
    table += fmt::format("| `{}` | {} | {} | {} | {} |\n", limit.key, cell(limit.meaning),
                         limit.get(defaults), limit.min, limit.max);
  }
  return table + "\n";
}

std::string read(const char* path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

void expect_content(const char* path, const std::string& made) {
  if (std::getenv("VISAVIS_UPDATE_DOCS") != nullptr) {
    std::ofstream(path) << made;
  } else {
    EXPECT_EQ(read(path), made) << "VISAVIS_UPDATE_DOCS=1 with this test writes " << path
                                << " anew";
  }
}

// Replaces what stands between the marks of `name`; false where they are missing.
bool put(std::string& page, const std::string& name, const std::string& content) {
  const std::string begin =
      fmt::format("<!-- {}: made by server/ops/documentation_test.cpp -->\n", name);
  const std::string end = fmt::format("<!-- end of {} -->", name);
  const auto from = page.find(begin);
  const auto to = page.find(end);
  if (from == std::string::npos || to == std::string::npos || to < from) return false;
  page.replace(from + begin.size(), to - from - begin.size(), content);
  return true;
}

TEST(DocumentationTest, ListsEveryOptionAndLimit) {
  std::string page = read(kPage);
  ASSERT_TRUE(put(page, "options", options_table()));
  ASSERT_TRUE(put(page, "limits", limits_table()));
  expect_content(kPage, page);
}

TEST(DocumentationTest, HelpIsWhatItWas) { expect_content(kHelp, help_text()); }

}  // namespace
}  // namespace visavis::ops
