// SPDX-License-Identifier: Apache-2.0
// Values of R made of and read into C++. Everything here calls R's API: on R's own thread, and
// inside BEGIN_CPP11, because an error of R arrives as an exception.
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

// Thrown for text that R cannot hold, because it has a null character in it.
class NullCharacter : public std::exception {
 public:
  const char* what() const noexcept override {
    return "the text has a null character in it, which R cannot keep";
  }
};

// UTF-8. Throws NullCharacter.
cpp11::r_string r_text(std::string_view text);
cpp11::sexp r_scalar(std::string_view text);
// Text of unknown make, for people: never throws over what is in it. Bytes that are not UTF-8 are
// taken for Latin-1, null characters become question marks.
cpp11::sexp r_shown(std::string text);
cpp11::sexp r_scalar(const std::optional<std::string>& text);  // NULL when there is none
cpp11::sexp r_scalar(const std::optional<bool>& flag);         // NULL when there is none
cpp11::sexp r_scalar(bool flag);
cpp11::sexp r_scalar(int number);
cpp11::sexp r_scalar(double number);
cpp11::sexp r_raw(std::string_view bytes);

// The nearest double.
double to_double(Credits amount);

using NamedValue = std::pair<const char*, SEXP>;

// The values must be protected by who passes them.
cpp11::sexp r_list(std::initializer_list<NamedValue> values);

// A list from R whose members this package's own R code has checked. Members are looked up by their
// whole name; what is absent is NULL.
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
