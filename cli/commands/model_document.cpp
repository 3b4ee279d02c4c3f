// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/model_document.hpp"

#include <fmt/format.h>

namespace farthing::cli {
namespace {

std::string cell(const std::string& value) { return value; }
std::string cell(std::int64_t value) { return std::to_string(value); }
std::string cell(const Credits& value) { return value.to_string(); }
std::string cell(bool value) { return to_cell(value); }
std::string cell(const std::vector<std::string>& value) { return joined(value); }
// As `--rate-limit` takes it.
std::string cell(const sdk::RateLimit& rate) {
  return fmt::format("{}/{}s", rate.requests, rate.per_s);
}
// As `--spend-cap` takes them.
std::string cell(const sdk::SpendCaps& caps) {
  std::vector<std::string> texts;
  sdk::SpendCaps::fields([&](const char* period, auto member) {
    if (caps.*member) texts.push_back(fmt::format("{}={}", period, (caps.*member)->to_string()));
  });
  return joined(texts);
}
std::string cell(const sdk::Price& price) {
  return fmt::format("{} {}", price.amount.to_string(), price.currency);
}
// As `--tag` takes them.
std::string cell(const std::vector<sdk::Tag>& tags) {
  std::vector<std::string> texts;
  texts.reserve(tags.size());
  for (const sdk::Tag& tag : tags) texts.push_back(fmt::format("{}={}", tag.name, tag.value));
  return joined(texts);
}
template <class T>
std::string cell(const std::optional<T>& value) {
  return value ? cell(*value) : std::string();
}

template <class T>
void show(Document& document, const char* name, const T& value) {
  document.fields.push_back({name, cell(value)});
}

}  // namespace

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ","));
}

void show_field(Document& document, const char* name, const std::string& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::optional<std::string>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const Credits& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::optional<Credits>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, std::int64_t value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::optional<std::int64_t>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, bool value) { show(document, name, value); }
void show_field(Document& document, const char* name, const std::vector<std::string>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::optional<sdk::RateLimit>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::optional<sdk::SpendCaps>& value) {
  show(document, name, value);
}

void show_field(Document& document, const char* name, const std::optional<sdk::Price>& value) {
  show(document, name, value);
}
void show_field(Document& document, const char* name, const std::vector<sdk::Tag>& value) {
  show(document, name, value);
}

void show_field(Document& document, const char* /*name*/,
                const std::optional<sdk::PreviousSecret>& value) {
  const sdk::PreviousSecret previous = value.value_or(sdk::PreviousSecret{});
  show(document, "previous_hint", previous.hint);
  show(document, "previous_works_until", previous.works_until);
}

void show_field(Document& document, const char* /*name*/, const sdk::LedgerBalance& value) {
  show(document, "available", value.available);
  show(document, "held", value.held);
}

void show_field(Document& document, const char* /*name*/,
                const std::vector<sdk::GrantShare>& value) {
  document.tables.push_back(shares_table(value));
}

}  // namespace farthing::cli
