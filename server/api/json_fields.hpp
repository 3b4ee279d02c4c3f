// SPDX-License-Identifier: Apache-2.0
// Readers of the members of a request's body: one for each kind of value. A reader takes a JSON
// value and the member's name and returns the typed value, or a 400 that names the field.
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/credits.hpp"
#include "base/error.hpp"
#include "base/instant.hpp"
#include "base/json/json_value.hpp"

namespace farthing::api {

// Returns the 400 that says "<field> must be <expected>.".
Error must_be(std::string_view field, std::string_view expected);

// Reads a text of 1 to `max_characters` characters, no control characters among them.
struct TextReader {
  std::size_t max_characters;

  Result<std::string> operator()(const JsonValue& value, std::string_view field) const;
};

// Reads an e-mail address as people write it: something, an "@", a domain; at most 254 bytes, no
// blanks. Does not check whether mail gets there.
Result<std::string> read_email(const JsonValue& value, std::string_view field);

// Reads the e-mail address of a new user in the same forms, as it was sent; the spelling under which
// it is stored (server/directory/email.hpp) is one as well.
Result<std::string> read_new_email(const JsonValue& value, std::string_view field);

// Reads an absolute URI of at most 2 048 printable ASCII characters.
Result<std::string> read_uri(const JsonValue& value, std::string_view field);

// Reads a positive amount: a decimal string, or a number that is exact to 9 places.
Result<Credits> read_amount(const JsonValue& value, std::string_view field);

// Reads an amount that is positive or zero, in the same forms. A zero has no sign either.
Result<Credits> read_limit(const JsonValue& value, std::string_view field);

// Reads an RFC 3339 date-time.
Result<Instant> read_instant(const JsonValue& value, std::string_view field);

// Reads a number without a fraction that fits into 32 bits.
Result<std::int32_t> read_integer(const JsonValue& value, std::string_view field);

// Reads how long a hold may run: whole seconds from 1 to 86 400.
Result<std::chrono::seconds> read_hold_ttl(const JsonValue& value, std::string_view field);

// Reads true or false.
Result<bool> read_boolean(const JsonValue& value, std::string_view field);

// Reads an object of at most 16 KiB and returns its canonical text (json_value.hpp).
Result<std::string> read_metadata(const JsonValue& value, std::string_view field);

// Returns the string that a value is, or a 400 that says it must be one. The string lives as long
// as the document.
Result<std::string_view> read_string(const JsonValue& value, std::string_view field);

// Reads a string that `parse` understands: std::optional<T> parse(std::string_view). `expected`
// ends the sentence "role must be …".
template <class Parse>
struct ParsedReader {
  Parse parse;
  std::string_view expected;

  auto operator()(const JsonValue& value, std::string_view field) const
      -> Result<typename std::invoke_result_t<Parse, std::string_view>::value_type> {
    auto text = read_string(value, field);
    if (!text) return std::move(text).error();
    auto parsed = parse(*text);
    if (parsed) return *std::move(parsed);
    return bad_field(std::string(field),
                     std::string(field).append(" must be ").append(expected).append("."));
  }
};
template <class Parse>
ParsedReader(Parse, std::string_view) -> ParsedReader<Parse>;

}  // namespace farthing::api
