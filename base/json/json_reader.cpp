// SPDX-License-Identifier: Apache-2.0
#include "base/json/json_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <forward_list>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "base/json/plain_text.hpp"
#include "base/json/utf8.hpp"

namespace farthing {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<std::string_view> find_repeated_name(const JsonValue::Object& object) {
  // Comparing a few names is faster than sorting them.
  constexpr std::size_t kFew = 8;
  if (object.size() <= kFew) {
    for (auto one = object.begin(); one != object.end(); ++one) {
      const auto has_its_name = [&](const JsonMember& other) { return other.name == one->name; };
      if (std::any_of(object.begin(), one, has_its_name)) return one->name;
    }
    return {};
  }
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const JsonMember& member : object) names.push_back(member.name);
  std::ranges::sort(names);
  const auto repeated = std::ranges::adjacent_find(names);
  if (repeated == names.end()) return {};
  return *repeated;
}

// One pass over the text. Every read_ function starts at the first byte of what it reads, leaves
// `at_` behind the last, and returns false once a fault is noted.
class Reader {
 public:
  Reader(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  BasicResult<JsonDocument, JsonFault> read_document() {
    JsonValue root;
    skip_blanks();
    if (!read_value(root, 0)) return std::move(*fault_);
    skip_blanks();
    if (at_ != text_.size()) {
      fail("unexpected text after the value");
      return std::move(*fault_);
    }
    return JsonDocument(std::move(root), std::move(unescaped_));
  }

 private:
  // Most documents, objects within one, and arrays have no more parts.
  static constexpr std::size_t kUsualMembers = 8;
  static constexpr std::size_t kUsualMembersWithin = 4;
  static constexpr std::size_t kUsualElements = 16;

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

  // Makes a value of `out`, which must be fresh, so that nothing in it has to be destroyed. Its
  // text began at `begin` and ends here.
  template <class T>
  bool make(JsonValue& out, T&& value, std::size_t begin) {
    std::construct_at(&out, std::forward<T>(value), text_.substr(begin, at_ - begin));
    return true;
  }

  // The recursion is bounded by `max_depth`.
  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_value(JsonValue& out, std::size_t depth) {
    if (at_ == text_.size()) return fail("unexpected end of the text");
    if (++value_count_ > limits_.max_values) return fail("too many values");
    const std::size_t begin = at_;
    std::string_view string;
    switch (text_[at_]) {
      case '{':
        return read_object(out, depth + 1);
      case '[':
        return read_array(out, depth + 1);
      case '"':
        return read_string(string) && make(out, string, begin);
      case 't':
        return read_word("true") && make(out, true, begin);
      case 'f':
        return read_word("false") && make(out, false, begin);
      case 'n':
        return read_word("null") && make(out, JsonValue::Null(), begin);
      default:
        return read_number() &&
               make(out, JsonValue::Number{text_.substr(begin, at_ - begin)}, begin);
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
    return is_at('e') || is_at('E') ? read_exponent() : true;
  }

  bool read_exponent() {
    ++at_;
    if (is_at('+') || is_at('-')) ++at_;
    const std::size_t begin = at_;
    if (!skip_digits()) return fail("a number without digits in the exponent");
    std::int64_t exponent = 0;
    for (const char c : text_.substr(begin, at_ - begin)) {
      exponent = exponent * 10 + (c - '0');
      if (exponent > std::numeric_limits<std::int32_t>::max()) {
        return fail_at(begin, "a number with an exponent of more than 32 bits");
      }
    }
    return true;
  }

  // Sets `out` to the part of the text between the quotes, or to a copy when there are escapes to
  // undo.
  bool read_string(std::string_view& out) {
    const std::size_t begin = ++at_;
    if (!skip_unescaped()) return false;
    if (is_at('"')) {
      out = text_.substr(begin, at_++ - begin);
      return true;
    }
    std::string& unescaped = unescaped_.emplace_front(text_, begin, at_ - begin);
    while (is_at('\\')) {
      if (!read_escape(unescaped)) return false;
      const std::size_t next = at_;
      if (!skip_unescaped()) return false;
      unescaped.append(text_, next, at_ - next);
    }
    ++at_;
    out = unescaped;
    return true;
  }

  // Skips to the next quote or backslash.
  bool skip_unescaped() {
    while (true) {
      at_ += json_detail::count_plain(text_.substr(at_));
      if (at_ == text_.size()) return fail("a string without an end");
      const char c = text_[at_];
      if (c == '"' || c == '\\') return true;
      if (static_cast<unsigned char>(c) < 0x20) return fail("a control character in a string");
      const std::size_t size = utf8_character_size(text_.substr(at_));
      if (size == 0) return fail("not UTF-8");
      at_ += size;
    }
  }

  bool read_escape(std::string& out) {
    const std::size_t begin = at_++;
    if (at_ == text_.size()) return fail("a string without an end");
    switch (const char c = text_[at_++]) {
      case '"':
      case '\\':
      case '/':
        out.push_back(c);
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

  // Reads what stands behind `\u`, and a second `\u` where the first is half of a pair.
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
    append_utf8(code_point, out);
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
  bool read_array(JsonValue& out, std::size_t depth) {
    if (depth > limits_.max_depth) return fail("nested too deeply");
    const std::size_t begin = at_++;
    JsonValue::Array array;
    skip_blanks();
    if (!is_at(']') && !read_elements(array, depth)) return false;
    ++at_;
    return make(out, std::move(array), begin);
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_elements(JsonValue::Array& array, std::size_t depth) {
    array.reserve(kUsualElements);
    while (true) {
      if (!read_value(array.emplace_back(), depth)) return false;
      skip_blanks();
      if (is_at(']')) break;
      if (!is_at(',')) return fail("expected a comma or the end of the array");
      ++at_;
      skip_blanks();
    }
    give_back_room(array);
    return true;
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_object(JsonValue& out, std::size_t depth) {
    if (depth > limits_.max_depth) return fail("nested too deeply");
    const std::size_t begin = at_++;
    JsonValue::Object object;
    skip_blanks();
    if (!is_at('}') && !read_members(object, depth)) return false;
    ++at_;
    if (const auto repeated = find_repeated_name(object)) return fail_of_name(*repeated, begin);
    return make(out, std::move(object), begin);
  }

  // NOLINTNEXTLINE(misc-no-recursion)
  bool read_members(JsonValue::Object& object, std::size_t depth) {
    object.reserve(depth == 1 ? kUsualMembers : kUsualMembersWithin);
    while (true) {
      if (!is_at('"')) return fail("expected a member's name");
      JsonMember& member = object.emplace_back();
      if (!read_string(member.name)) return false;
      skip_blanks();
      if (!is_at(':')) return fail("expected a colon");
      ++at_;
      skip_blanks();
      if (!read_value(member.value, depth)) return false;
      skip_blanks();
      if (is_at('}')) break;
      if (!is_at(',')) return fail("expected a comma or the end of the object");
      ++at_;
      skip_blanks();
    }
    if (depth > 1) give_back_room(object);
    return true;
  }

  // Frees room that is not needed: many small arrays and objects would otherwise take a multiple of
  // their size.
  template <class T>
  static void give_back_room(std::vector<T>& parts) {
    const bool is_small = parts.size() <= kUsualElements && parts.size() < parts.capacity();
    if (is_small || 2 * parts.size() < parts.capacity()) parts.shrink_to_fit();
  }

  bool fail_of_name(std::string_view name, std::size_t object_begin) {
    // The message does not repeat a name that is longer than any of ours.
    constexpr std::size_t kMostOfName = 64;
    fail_at(object_begin, name.size() > kMostOfName
                              ? "a member with a long name twice"
                              : std::string("the member `").append(name).append("` twice"));
    fault_->repeated_name = name;
    return false;
  }

  std::string_view text_;
  const JsonLimits& limits_;
  std::size_t at_ = 0;
  std::size_t value_count_ = 0;
  std::forward_list<std::string> unescaped_;
  std::optional<JsonFault> fault_;
};

}  // namespace

BasicResult<JsonDocument, JsonFault> read_json(std::string_view text, const JsonLimits& limits) {
  return Reader(text, limits).read_document();
}

}  // namespace farthing
