// SPDX-License-Identifier: Apache-2.0
// Writes minified JSON. What is not UTF-8 is written as U+FFFD, so that the text is always JSON.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <farthing/credits.hpp>

namespace farthing::sdk {

// `text` in quotes, escaped.
void append_json_string(std::string& out, std::string_view text);

// The fewest digits that read back as the same double, with an exponent only below 10⁻⁶ and from
// 10¹⁵ on; null for what JSON cannot say.
void append_json_double(std::string& out, double number);

// An object, member by member; the destructor closes it. `out` must outlive it.
class JsonObjectWriter {
 public:
  explicit JsonObjectWriter(std::string& out) : out_(out) { out_.push_back('{'); }
  ~JsonObjectWriter() { out_.push_back('}'); }
  JsonObjectWriter(const JsonObjectWriter&) = delete;
  JsonObjectWriter& operator=(const JsonObjectWriter&) = delete;

  void text(std::string_view name, std::string_view value) {
    append_json_string(begin(name), value);
  }
  // Left out when there is none.
  void optional_text(std::string_view name, const std::optional<std::string>& value);
  // Amounts are strings on the wire.
  void amount(std::string_view name, Credits value) { text(name, value.to_string()); }
  void optional_amount(std::string_view name, const std::optional<Credits>& value) {
    if (value) amount(name, *value);
  }
  void boolean(std::string_view name, bool value) { begin(name) += value ? "true" : "false"; }
  void integer(std::string_view name, std::int64_t value) { begin(name) += std::to_string(value); }
  // `value` must be JSON.
  void json(std::string_view name, std::string_view value) { begin(name) += value; }
  void optional_integer(std::string_view name, const std::optional<std::int64_t>& value) {
    if (value) integer(name, *value);
  }
  void optional_json(std::string_view name, const std::optional<std::string>& value);
  void texts(std::string_view name, const std::vector<std::string>& values);

  // Writes the member's name; the caller writes its value to the string that is answered.
  std::string& begin(std::string_view name);

 private:
  std::string& out_;
  bool is_first_ = true;
};

}  // namespace farthing::sdk
