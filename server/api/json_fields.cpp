// SPDX-License-Identifier: Apache-2.0
#include "server/api/json_fields.hpp"

#include <algorithm>
#include <limits>

#include "base/json/json_reader.hpp"
#include "base/json/utf8.hpp"
#include "server/directory/email.hpp"
#include "server/http/ascii.hpp"
#include "server/ledger/hold_status.hpp"

namespace farthing::api {
namespace {

constexpr std::size_t kMaxEmailBytes = 254;
constexpr std::size_t kMaxUriBytes = 2048;
constexpr std::size_t kMaxMetadataBytes = std::size_t{16} * 1024;
constexpr std::size_t kMaxMetadataDepth = kMaxJsonDepth / 2;

bool has_control(std::string_view text) { return std::ranges::any_of(text, http::is_control); }

bool is_graphic_ascii(char c) { return c > 0x20 && c < 0x7f; }

bool is_letter(char c) {
  const char lower = http::to_lower(c);
  return lower >= 'a' && lower <= 'z';
}

bool is_domain(std::string_view domain) {
  return !domain.empty() && domain.front() != '.' && domain.back() != '.' &&
         domain.find("..") == std::string_view::npos &&
         domain.find_first_of("@,;:\"<>()[]\\") == std::string_view::npos;
}

bool is_email(std::string_view text) {
  constexpr std::size_t kMaxLocalBytes = 64;
  const std::size_t at = text.rfind('@');
  if (text.size() > kMaxEmailBytes || at == std::string_view::npos) return false;
  if (at == 0 || at > kMaxLocalBytes || has_control(text)) return false;
  const std::string_view local = text.substr(0, at);
  return text.find(' ') == std::string_view::npos &&
         local.find_first_of("@,;:\"<>()[]\\") == std::string_view::npos &&
         is_domain(text.substr(at + 1));
}

bool is_scheme_character(char c) {
  return is_letter(c) || http::is_digit(c) || c == '+' || c == '-' || c == '.';
}

bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (text.size() > kMaxUriBytes || colon == std::string_view::npos || colon == 0) return false;
  return is_letter(text.front()) && colon + 1 < text.size() &&
         std::ranges::all_of(text.substr(0, colon), is_scheme_character) &&
         std::ranges::all_of(text, is_graphic_ascii) &&
         text.find_first_of("\"<>\\^`{|}") == std::string_view::npos;
}

std::optional<Credits> parse_amount(const JsonValue& value) {
  if (const std::string_view* text = value.as_string()) return Credits::parse(*text);
  if (const auto* number = value.as_number()) return Credits::parse_number(number->literal);
  return {};
}

// Returns whether an amount is written with a minus sign, as a zero may be too.
bool has_sign(const JsonValue& value) {
  if (const std::string_view* text = value.as_string()) return text->starts_with('-');
  const auto* number = value.as_number();
  return number != nullptr && number->literal.starts_with('-');
}

}  // namespace

Error must_be(std::string_view field, std::string_view expected) {
  std::string name(field);
  std::string message = name;
  message.append(" must be ").append(expected).append(".");
  return bad_field(std::move(name), std::move(message));
}

Result<std::string_view> read_string(const JsonValue& value, std::string_view field) {
  const std::string_view* text = value.as_string();
  if (text == nullptr) return must_be(field, "a string");
  return *text;
}

Result<std::string> TextReader::operator()(const JsonValue& value, std::string_view field) const {
  const auto text = read_string(value, field);
  if (!text) return text.error();
  if (text->empty() || count_utf8_characters(*text) > max_characters) {
    return must_be(field, "1 to " + std::to_string(max_characters) + " characters long");
  }
  if (has_control(*text)) return must_be(field, "a text without control characters");
  // The JSON reader has checked this for a body; a query may hold any bytes.
  if (!is_utf8(*text)) return must_be(field, "UTF-8");
  return std::string(*text);
}

Result<std::string> read_email(const JsonValue& value, std::string_view field) {
  const auto text = read_string(value, field);
  if (!text) return text.error();
  if (!is_email(*text)) return must_be(field, "an email address");
  return std::string(*text);
}

Result<std::string> read_new_email(const JsonValue& value, std::string_view field) {
  auto email = read_email(value, field);
  if (!email) return email;
  const auto normalized = directory::normalize_email(*email);
  if (!normalized || !is_email(*normalized)) {
    return must_be(field, "an email address whose domain can be written in ASCII (RFC 5891)");
  }
  return email;
}

Result<std::string> read_uri(const JsonValue& value, std::string_view field) {
  const auto text = read_string(value, field);
  if (!text) return text.error();
  if (!is_uri(*text))
    return must_be(field,
                   "an absolute URI of at most 2048 printable ASCII characters, such as "
                   "https://example.com/picture.png");
  return std::string(*text);
}

Result<Credits> read_amount(const JsonValue& value, std::string_view field) {
  const auto amount = parse_amount(value);
  if (!amount || !amount->is_positive()) {
    return must_be(field,
                   "a positive decimal with at most 9 places, as a string or an exact number, and "
                   "not above 9223372036.854775807");
  }
  return *amount;
}

Result<Credits> read_limit(const JsonValue& value, std::string_view field) {
  const auto limit = parse_amount(value);
  if (!limit || has_sign(value)) {
    return must_be(field,
                   "zero or a positive decimal with at most 9 places and no sign, as a string or "
                   "an exact number, and not above 9223372036.854775807");
  }
  return *limit;
}

Result<Instant> read_instant(const JsonValue& value, std::string_view field) {
  const auto text = read_string(value, field);
  if (!text) return text.error();
  const auto instant = Instant::parse(*text);
  if (!instant) return must_be(field, "a date and time as in 2026-11-22T16:37:42Z (RFC 3339)");
  return *instant;
}

Result<std::int32_t> read_integer(const JsonValue& value, std::string_view field) {
  using Limits = std::numeric_limits<std::int32_t>;
  const auto* number = value.as_number();
  // Credits read a number from its digits, and their whole part has room for every integer of 32
  // bits.
  const auto exact = number != nullptr ? Credits::parse_number(number->literal) : std::nullopt;
  if (!exact || exact->nano() % Credits::kNanoPerCredit != 0) {
    return must_be(field, "a whole number");
  }
  const std::int64_t integer = exact->nano() / Credits::kNanoPerCredit;
  if (integer < Limits::min() || integer > Limits::max()) {
    return must_be(field, "a number from -2147483648 to 2147483647");
  }
  return static_cast<std::int32_t>(integer);
}

Result<std::chrono::seconds> read_hold_ttl(const JsonValue& value, std::string_view field) {
  const auto integer = read_integer(value, field);
  if (!integer) return integer.error();
  const std::chrono::seconds ttl(*integer);
  if (ttl < ledger::kMinHoldTtl || ttl > ledger::kMaxHoldTtl) {
    return must_be(field, "a number of seconds from 1 to 86400");
  }
  return ttl;
}

Result<bool> read_boolean(const JsonValue& value, std::string_view field) {
  const bool* boolean = value.as_boolean();
  if (boolean == nullptr) return must_be(field, "true or false");
  return *boolean;
}

Result<std::string> read_metadata(const JsonValue& value, std::string_view field) {
  if (value.as_object() == nullptr) return must_be(field, "an object");
  if (value.depth() > kMaxMetadataDepth) return must_be(field, "at most 32 levels deep");
  std::string canonical;
  value.append_canonical(canonical);
  if (canonical.size() > kMaxMetadataBytes) return must_be(field, "at most 16 KiB of JSON");
  return canonical;
}

}  // namespace farthing::api
