// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/json/json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "sdk/cpp/src/json/utf8.hpp"

namespace farthing::sdk {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One pass over the text. Every read_ function starts at the first byte of what it reads, leaves
// `at_` behind the last, and answers false once a fault is noted.
class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  BasicResult<JsonValue, JsonFault> read_document() {
    JsonValue root;
    skip_blanks();
    if (!read_value(root, 0)) return std::move(*fault_);
    skip_blanks();
    if (at_ != text_.size()) {
      fail("unexpected text after the value");
      return std::move(*fault_);
    }
    return root;
  }

 private:
  bool fail(std::string message) { return fail_at(at_, std::move(message)); }

  bool fail_at(std::size_t offset, std::string message) {
    fault_ = JsonFault{offset, std::move(message)};
    return false;
  }

  bool is_at(char c) const { return at_ < text_.size() && text_[at_] == c; }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      ++at_;
    }
  }

  // The recursion is bounded by `max_depth`.
  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_value(JsonValue& value, std::size_t depth) {
    if (at_ == text_.size()) return fail("unexpected end of the text");
    if (++values_ > limits_.max_values) return fail("too many values");
    const std::size_t begin = at_;
    if (!read_by_type(value, depth)) return false;
    value.json = text_.substr(begin, at_ - begin);
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_by_type(JsonValue& value, std::size_t depth) {
    switch (text_[at_]) {
      case '{':
        value.type = JsonType::object;
        return read_object(value, depth + 1);
      case '[':
        value.type = JsonType::array;
        return read_array(value, depth + 1);
      case '"':
        value.type = JsonType::string;
        return read_string(value.string);
      case 't':
        value.type = JsonType::boolean;
        value.boolean = true;
        return read_word("true");
      case 'f':
        value.type = JsonType::boolean;
        return read_word("false");
      case 'n':
        return read_word("null");
      default:
        value.type = JsonType::number;
        return read_number();
    }
  }

  bool read_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return fail("unexpected character");
    at_ += word.size();
    return true;
  }

  bool skip_digits() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ > begin;
  }

  bool read_number() {
    const std::size_t begin = at_;
    if (is_at('-')) ++at_;
    if (is_at('0')) {
      ++at_;
      if (at_ < text_.size() && is_digit(text_[at_])) return fail("a number with a leading zero");
    } else if (!skip_digits()) {
      return at_ == begin ? fail("unexpected character") : fail("a number without digits");
    }
    if (is_at('.')) {
      ++at_;
      if (!skip_digits()) return fail("a number without digits after the point");
    }
    if (is_at('e') || is_at('E')) {
      ++at_;
      if (is_at('+') || is_at('-')) ++at_;
      if (!skip_digits()) return fail("a number without digits in the exponent");
    }
    return true;
  }

  bool read_string(std::string& out) {
    ++at_;
    while (true) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
      out.append(text_, begin, at_ - begin);
      if (at_ == text_.size()) return fail("a string without an end");
      const char c = text_[at_];
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\\') {
        if (!read_escape(out)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail("a control character in a string");
      } else {
        const std::size_t length = utf8_length(text_.substr(at_));
        if (length == 0) return fail("not UTF-8");
        out.append(text_, at_, length);
        at_ += length;
      }
    }
  }

  static bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  }

  bool read_escape(std::string& out) {
    const std::size_t begin = at_++;
    if (at_ == text_.size()) return fail("a string without an end");
    switch (text_[at_++]) {
      case '"':
        out.push_back('"');
        return true;
      case '\\':
        out.push_back('\\');
        return true;
      case '/':
        out.push_back('/');
        return true;
      case 'b':
        out.push_back('\b');
        return true;
      case 'f':
        out.push_back('\f');
        return true;
      case 'n':
        out.push_back('\n');
        return true;
      case 'r':
        out.push_back('\r');
        return true;
      case 't':
        out.push_back('\t');
        return true;
      case 'u':
        return read_unicode_escape(out, begin);
      default:
        return fail_at(begin, "an unknown escape in a string");
    }
  }

  // Stands behind `\u`; takes a second `\u` where the first is half of a pair.
  bool read_unicode_escape(std::string& out, std::size_t begin) {
    const auto unit = read_hex4();
    if (!unit) return fail_at(begin, "an escape without four hexadecimal digits");
    std::uint32_t code_point = *unit;
    if (code_point >= 0xDC00 && code_point <= 0xDFFF) {
      return fail_at(begin, "half of a surrogate pair");
    }
    if (code_point >= 0xD800 && code_point <= 0xDBFF) {
      if (text_.substr(at_, 2) != "\\u") return fail_at(begin, "half of a surrogate pair");
      at_ += 2;
      const auto low = read_hex4();
      if (!low || *low < 0xDC00 || *low > 0xDFFF) {
        return fail_at(begin, "half of a surrogate pair");
      }
      code_point = 0x10000 + ((code_point - 0xD800) << 10) + (*low - 0xDC00);
    }
    append_utf8(out, code_point);
    return true;
  }

  std::optional<std::uint32_t> read_hex4() {
    if (text_.size() - at_ < 4) return {};
    std::uint32_t unit = 0;
    for (int i = 0; i < 4; ++i) {
      const char c = text_[at_++];
      unsigned digit = 0;
      if (is_digit(c)) {
        digit = static_cast<unsigned>(c - '0');
      } else if (c >= 'a' && c <= 'f') {
        digit = static_cast<unsigned>(c - 'a') + 10;
      } else if (c >= 'A' && c <= 'F') {
        digit = static_cast<unsigned>(c - 'A') + 10;
      } else {
        return {};
      }
      unit = unit * 16 + digit;
    }
    return unit;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_array(JsonValue& array, std::size_t depth) {
    if (depth > limits_.max_depth) return fail("nested too deeply");
    ++at_;
    skip_blanks();
    if (is_at(']')) {
      ++at_;
      return true;
    }
    while (true) {
      if (!read_value(array.items.emplace_back(), depth)) return false;
      skip_blanks();
      if (is_at(']')) {
        ++at_;
        return true;
      }
      if (!is_at(',')) return fail("expected a comma or the end of the array");
      ++at_;
      skip_blanks();
    }
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_object(JsonValue& object, std::size_t depth) {
    if (depth > limits_.max_depth) return fail("nested too deeply");
    const std::size_t begin = at_++;
    skip_blanks();
    if (is_at('}')) {
      ++at_;
      return true;
    }
    while (true) {
      if (!is_at('"')) return fail("expected a member's name");
      if (!read_string(object.names.emplace_back())) return false;
      skip_blanks();
      if (!is_at(':')) return fail("expected a colon");
      ++at_;
      skip_blanks();
      if (!read_value(object.items.emplace_back(), depth)) return false;
      skip_blanks();
      if (is_at('}')) {
        ++at_;
        return check_names(object.names, begin);
      }
      if (!is_at(',')) return fail("expected a comma or the end of the object");
      ++at_;
      skip_blanks();
    }
  }

  bool check_names(const std::vector<std::string>& names, std::size_t object_begin) {
    std::vector<std::string_view> sorted(names.begin(), names.end());
    std::sort(sorted.begin(), sorted.end());
    const auto twin = std::adjacent_find(sorted.begin(), sorted.end());
    if (twin == sorted.end()) return true;
    return fail_at(object_begin, "the member `" + std::string(twin->substr(0, 64)) + "` twice");
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
  std::optional<JsonFault> fault_;
};

}  // namespace

BasicResult<JsonValue, JsonFault> read_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).read_document();
}

}  // namespace farthing::sdk
