// SPDX-License-Identifier: Apache-2.0
#include "cli/files/charge_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

#include "base/json/json_reader.hpp"
#include "cli/files/csv.hpp"

namespace farthing::cli {
namespace {

constexpr std::string_view kAmount = "amount";
constexpr std::string_view kApiKey = "api_key";
constexpr std::string_view kTags = "tags";

Problem line_problem(std::size_t line, std::string_view flaw) {
  return usage_problem(fmt::format("Line {} of the charges: {}.", line, flaw));
}

Problem no_charges() { return usage_problem("There are no charges to make."); }

struct TextMember {
  std::string_view name;
  std::optional<std::string>& (*value)(FileCharge&);
};

constexpr std::array<TextMember, 6> kTextMembers = {{
    {"organization", [](FileCharge& charge) -> auto& { return charge.organization; }},
    {"idempotency_key", [](FileCharge& charge) -> auto& { return charge.idempotency_key; }},
    {"operation", [](FileCharge& charge) -> auto& { return charge.operation; }},
    {"model", [](FileCharge& charge) -> auto& { return charge.model; }},
    {"reason", [](FileCharge& charge) -> auto& { return charge.remarks.reason; }},
    {"metadata", [](FileCharge& charge) -> auto& { return charge.remarks.metadata; }},
}};

const TextMember* find_text_member(std::string_view name) {
  for (const TextMember& member : kTextMembers) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

// Puts charges together member by member and remembers the first fault.
class ChargeReader {
 public:
  explicit ChargeReader(std::size_t line) : line_(line) {}

  void set(std::string_view name, std::string text) {
    if (name == kAmount) {
      set_amount(Credits::parse(text));
    } else if (name == kApiKey) {
      charge_.api_key = sdk::Secret(std::move(text));
    } else if (name == kTags) {
      set_tags(text);
    } else if (const TextMember* member = find_text_member(name)) {
      member->value(charge_) = std::move(text);
    } else {
      fail(fmt::format("there is no \"{}\" in a charge", name));
    }
  }

  void set(std::string_view name, const JsonValue& value) {
    const bool is_object = name == "metadata" || name == kTags;
    if (value.type() == JsonType::number && name == kAmount) {
      set_amount(Credits::parse_number(value.text()));
    } else if (value.type() == (is_object ? JsonType::object : JsonType::string)) {
      set(name, std::string(is_object ? value.text() : *value.as_string()));
    } else {
      fail(fmt::format("\"{}\" is {}", name, describe(value.type())));
    }
  }

  void fail(std::string_view flaw) {
    if (!problem_) problem_ = line_problem(line_, flaw);
  }

  Result<FileCharge> finish() {
    if (!problem_ && !charge_.amount.is_positive()) fail("it has no amount");
    if (problem_) return std::move(*problem_);
    return std::move(charge_);
  }

 private:
  void set_amount(std::optional<Credits> amount) {
    if (!amount || !amount->is_positive()) {
      return fail("the amount has to be a decimal number above 0 with at most 9 places");
    }
    charge_.amount = *amount;
  }

  void set_tags(std::string_view json) {
    const auto value = read_json(json);
    const auto* object = value ? (*value)->as_object() : nullptr;
    if (object == nullptr) return fail("the tags have to be a JSON object");
    for (const auto& [tag, under] : *object) {
      if (under.as_string() == nullptr) {
        return fail(fmt::format("the tag \"{}\" is {}", tag, describe(under.type())));
      }
      charge_.remarks.tags.push_back({std::string(tag), std::string(*under.as_string())});
    }
  }

  const std::size_t line_;
  FileCharge charge_;
  std::optional<Problem> problem_;
};

Result<FileCharge> parse_json_charge(std::string_view text, std::size_t line) {
  ChargeReader charge(line);
  const auto object = read_json(text);
  if (!object) {
    charge.fail(fmt::format("it is not JSON: {} at byte {}", object.error().message,
                            object.error().offset));
  } else if ((*object)->type() != JsonType::object) {
    charge.fail(fmt::format("expected a JSON object, got {}", describe((*object)->type())));
  } else {
    for (const auto& [name, value] : *(*object)->as_object()) charge.set(name, value);
  }
  return charge.finish();
}

Result<std::vector<FileCharge>> parse_json_lines(std::string_view text) {
  std::vector<FileCharge> charges;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    auto charge = parse_json_charge(line, number);
    if (!charge) return std::move(charge.error());
    charges.push_back(std::move(*charge));
  }
  return charges;
}

Result<Done> check_columns(const CsvRecord& header) {
  bool has_amount = false;
  std::set<std::string_view> names;
  for (const std::string& name : header.cells) {
    if (!names.insert(name).second) {
      return line_problem(header.line, fmt::format("the column \"{}\" is there twice", name));
    }
    if (name != kAmount && name != kApiKey && name != kTags && find_text_member(name) == nullptr) {
      return line_problem(header.line, fmt::format("there is no column \"{}\"", name));
    }
    has_amount = has_amount || name == kAmount;
  }
  if (!has_amount) return line_problem(header.line, "there is no column \"amount\"");
  return Done{};
}

Result<FileCharge> read_csv_charge(CsvRecord& record, const std::vector<std::string>& columns) {
  ChargeReader charge(record.line);
  if (record.cells.size() != columns.size()) {
    charge.fail(fmt::format("it has {} cells where the first line names {} columns",
                            record.cells.size(), columns.size()));
    return charge.finish();
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!record.cells[i].empty()) charge.set(columns[i], std::move(record.cells[i]));
  }
  return charge.finish();
}

Result<std::vector<FileCharge>> parse_csv(std::string_view text) {
  auto records = read_csv(text);
  if (!records) return line_problem(records.error().line, records.error().message);
  std::vector<FileCharge> charges;
  if (records->empty()) return charges;
  const CsvRecord& header = records->front();
  if (auto checked = check_columns(header); !checked) return std::move(checked.error());
  for (std::size_t i = 1; i < records->size(); ++i) {
    auto charge = read_csv_charge((*records)[i], header.cells);
    if (!charge) return std::move(charge.error());
    charges.push_back(std::move(*charge));
  }
  return charges;
}

}  // namespace

Result<std::vector<FileCharge>> parse_charges(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) return no_charges();
  auto charges = text[begin] == '{' ? parse_json_lines(text) : parse_csv(text);
  if (charges && charges->empty()) return no_charges();
  return charges;
}

}  // namespace farthing::cli
