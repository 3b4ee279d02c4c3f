// SPDX-License-Identifier: Apache-2.0
// Converts values between R and C++. Everything here calls R's API, so it must run on R's own
// thread and inside BEGIN_CPP11, because an error of R arrives as an exception.
#pragma once

#include <cpp11.hpp>

#include <exception>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <farthing/credits.hpp>

namespace farthing::r {

// Thrown for text with a null character in it, which R cannot hold.
class NullCharacter : public std::exception {
 public:
  const char* what() const noexcept override {
    return "the text has a null character in it, which R cannot keep";
  }
};

// Make R strings from UTF-8. Throw NullCharacter.
cpp11::r_string r_text(std::string_view text);
cpp11::sexp r_scalar(std::string_view text);
// Converts text of unknown encoding, for people; never throws over its contents. Bytes that are not
// UTF-8 are taken for Latin-1, null characters become question marks.
cpp11::sexp r_shown(std::string text);
cpp11::sexp r_scalar(const std::optional<std::string>& text);  // NULL when there is none
cpp11::sexp r_scalar(const std::optional<bool>& flag);         // NULL when there is none
cpp11::sexp r_scalar(bool flag);
cpp11::sexp r_scalar(int number);
cpp11::sexp r_scalar(double number);
cpp11::sexp r_raw(std::string_view bytes);

// Returns the nearest double.
double to_double(Credits amount);

using NamedValue = std::pair<const char*, SEXP>;

// Makes a named list. The caller must protect the values.
cpp11::sexp r_list(std::initializer_list<NamedValue> values);

// A list from R whose members this package's own R code has checked. Members are found by their
// whole name; an absent one is NULL.
class Arguments {
 public:
  explicit Arguments(SEXP list) : list_(list) {}

  SEXP get(const char* name) const;
  std::string text(const char* name) const;                          // empty for NULL
  std::optional<std::string> optional_text(const char* name) const;  // nothing for NULL
  std::optional<double> optional_number(const char* name) const;
  bool flag(const char* name) const;  // false for NULL

 private:
  cpp11::list list_;
};

}  // namespace farthing::r
