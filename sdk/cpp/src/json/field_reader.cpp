// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/field_reader.hpp"

#include <charconv>

namespace farthing::sdk {

const JsonValue* FieldReader::find(std::string_view name) const {
  if (fault_ || !is(JsonType::object)) return nullptr;
  const JsonValue* member = value_.find(name);
  if (!member) child(value_, name).fail("is missing");
  return member;
}

bool FieldReader::is(JsonType type) const {
  if (value_.type() == type) return true;
  fail("expected " + std::string(describe(type)) + ", got " + std::string(describe(value_.type())));
  return false;
}

void FieldReader::fail(std::string message) const {
  if (!fault_) fault_ = DecodeFault{path(), std::move(message)};
}

std::string FieldReader::path() const {
  std::string path;
  for (const FieldReader* reader = this; reader->parent_; reader = reader->parent_) {
    std::string step(reader->name_);
    if (step.empty()) step.append("[").append(std::to_string(reader->index_)).append("]");
    if (!path.empty() && path.front() != '[') step += '.';
    path.insert(0, step);
  }
  return path;
}

void decode(const FieldReader& in, std::string& out) {
  if (in.is(JsonType::string)) out = *in.value().as_string();
}

void decode(const FieldReader& in, Secret& out) {
  if (in.is(JsonType::string)) out = *in.value().as_string();
}

void decode(const FieldReader& in, bool& out) {
  if (in.is(JsonType::boolean)) out = *in.value().as_boolean();
}

void decode(const FieldReader& in, std::int64_t& out) {
  if (!in.is(JsonType::number)) return;
  const std::string_view digits = in.value().text();
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    in.fail("expected a whole number of 64 bits");
  }
}

void decode(const FieldReader& in, Credits& out) {
  if (!in.is(JsonType::string)) return;
  const auto amount = Credits::parse(*in.value().as_string());
  if (!amount) return in.fail("expected a decimal with at most 9 places");
  out = *amount;
}

void decode(const FieldReader& in, DecodedNumber& out) {
  if (!in.is(JsonType::number)) return;
  const std::string_view digits = in.value().text();
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), out.nearest);
  if (error != std::errc()) return in.fail("is out of the range of a double");
  out.text = digits;
  out.exact = Credits::parse_number(digits);
}

void decode(const FieldReader& in, ObjectText& out) {
  if (in.is(JsonType::object)) out.text = in.value().text();
}

}  // namespace farthing::sdk
