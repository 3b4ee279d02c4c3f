// SPDX-License-Identifier: Apache-2.0
// The table of settings, and the tables of docs/operating/configuration.md that are made from it.
// With FARTHING_WRITE_SETTINGS=1 in the environment the page gets the tables that it should have.
#include "server/app/settings.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/app/server_options.hpp"

namespace farthing::app::settings_test {

// Cells must not end at a bar of their text.
std::string cell(std::string_view text) {
  std::string escaped = " ";
  for (const char each : text) {
    if (each == '|') escaped += '\\';
    escaped += each;
  }
  return escaped + " |";
}

std::string option_cell(const Setting& setting) {
  if (setting.option.empty()) return cell("–");
  std::string text = "`";
  text.append(setting.option).append(" ").append(setting.placeholder).append("`");
  if (setting.type.form == SettingForm::texts) text += ", repeated";
  return cell(text);
}

std::string default_cell(const Setting& setting) {
  if (!setting.when_unset.empty()) return cell(setting.when_unset);
  const std::string value = setting.type.show({});
  return cell(value.empty() ? "none" : "`" + value + "`");
}

std::string meaning_cell(const Setting& setting) {
  std::string text(setting.summary);
  if (!setting.details.empty()) text.append(" ").append(setting.details);
  if (setting.takes_effect == TakesEffect::at_hang_up) text += " SIGHUP has it read again.";
  if (setting.secrecy == Secrecy::names_secret_file) {
    text += " It is a [file of secrets](#files-of-secrets).";
  }
  return cell(text);
}

struct PageTable {
  std::string head;  // by which it is found on the page
  std::string rows;
};

// The settings with that prefix. A table without any option on the command line has no column for
// them.
PageTable render_table(std::string_view name) {
  std::vector<const Setting*> settings;
  bool has_options = false;
  for (const Setting& setting : all_settings()) {
    if (setting.table() != name) continue;
    settings.push_back(&setting);
    has_options = has_options || !setting.option.empty();
  }
  const std::string first = name.empty() ? "setting" : "setting in `[" + std::string(name) + "]`";
  PageTable table{.head = "|" + cell(first) + (has_options ? " command line |" : "") +
                          " must be | default | meaning |\n|---|---|---|---|" +
                          (has_options ? "---|" : "") + "\n",
                  .rows = {}};
  for (const Setting* setting : settings) {
    const std::string_view key = setting->key;
    const std::string_view own = name.empty() ? key : key.substr(name.size() + 1);
    table.rows += "|" + cell("`" + std::string(own) + "`");
    if (has_options) table.rows += option_cell(*setting);
    table.rows += cell(setting->type.expected()) + default_cell(*setting) + meaning_cell(*setting);
    table.rows += '\n';
  }
  return table;
}

std::vector<std::string_view> all_tables() {
  std::vector<std::string_view> names;
  for (const Setting& setting : all_settings()) {
    if (names.empty() || names.back() != setting.table()) names.push_back(setting.table());
  }
  return names;
}

std::string read_page() {
  std::ifstream file(FARTHING_CONFIGURATION_PAGE, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SettingsPage, HasTheTablesOfTheProgram) {
  const bool writes = std::getenv("FARTHING_WRITE_SETTINGS") != nullptr;
  std::string page = read_page();
  for (const std::string_view name : all_tables()) {
    const PageTable table = render_table(name);
    std::size_t begin = page.find(table.head);
    ASSERT_NE(begin, std::string::npos) << "the page has no table with the head\n" << table.head;
    begin += table.head.size();
    const std::size_t end = page.find("\n\n", begin - 1);
    const std::size_t size = (end == std::string::npos ? page.size() : end + 1) - begin;
    if (writes) {
      page.replace(begin, size, table.rows);
    } else {
      EXPECT_EQ(page.substr(begin, size), table.rows)
          << "run this test with FARTHING_WRITE_SETTINGS=1";
    }
  }
  if (writes) std::ofstream(FARTHING_CONFIGURATION_PAGE, std::ios::binary) << page;
}

TEST(Settings, AreDescribedOnceAndWhole) {
  std::set<std::string_view> keys;
  std::set<std::string_view> options;
  for (const Setting& setting : all_settings()) {
    EXPECT_TRUE(keys.insert(setting.key).second) << setting.key;
    EXPECT_EQ(find_setting(setting.key), &setting);
    EXPECT_TRUE(setting.summary.ends_with('.')) << setting.key;
    EXPECT_TRUE(setting.details.empty() || setting.details.ends_with('.')) << setting.key;
    EXPECT_EQ(setting.option.empty(), setting.placeholder.empty()) << setting.key;
    if (setting.option.empty()) continue;
    EXPECT_TRUE(setting.option.starts_with("--")) << setting.key;
    EXPECT_TRUE(options.insert(setting.option).second) << setting.key;
  }
  // One table on the page for each.
  const auto tables = all_tables();
  EXPECT_EQ(std::set(tables.begin(), tables.end()).size(), tables.size());
  EXPECT_EQ(find_setting("limits"), nullptr);
  EXPECT_TRUE(is_settings_table("limits"));
  EXPECT_FALSE(is_settings_table("listen"));
  EXPECT_FALSE(is_settings_table(""));
}

// What the page says of a default is what a file may say.
TEST(Settings, ShowWhatTheyTake) {
  for (const Setting& setting : all_settings()) {
    ServerOptions options;
    const std::string shown = setting.type.show(options);
    if (shown.empty()) continue;
    const auto done = set_from_command_line(setting, {shown}, options);
    ASSERT_TRUE(done) << setting.key << ": " << done.error();
    EXPECT_EQ(setting.type.show(options), shown) << setting.key;
  }
}

// Each goes where no other goes: a copied line of the table that sets its neighbour's member fails.
TEST(Settings, SetAMemberOfTheirOwn) {
  const auto other_value = [](const Setting& setting) -> std::string {
    if (setting.type.form == SettingForm::number) return "77";
    if (setting.type.form == SettingForm::flag) return "true";
    if (setting.key == "log_level") return "error";
    if (setting.key == "max_clock_gap") return "7h";
    if (setting.key == "key_prefix") return "seven_";
    if (setting.key.find("listen") != std::string_view::npos) return "[::1]:7";
    return "7/7s";  // a rate, or a path
  };
  for (const Setting& setting : all_settings()) {
    ServerOptions options;
    // What these set is not shown.
    if (setting.placeholder == "URL" || setting.placeholder == "CIDR") continue;
    if (setting.key == "store_file" || setting.key == "tag_names") continue;
    const std::string value = other_value(setting);
    const auto done = set_from_command_line(setting, {value}, options);
    ASSERT_TRUE(done) << setting.key << ": " << done.error();
    for (const Setting& each : all_settings()) {
      EXPECT_EQ(each.type.show(options), &each == &setting ? value : each.type.show({}))
          << setting.key << " and " << each.key;
    }
  }
}

}  // namespace farthing::app::settings_test
