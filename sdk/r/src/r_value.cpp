// SPDX-License-Identifier: Apache-2.0
#include "r_value.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "base/json/utf8.hpp"

namespace farthing::r {

cpp11::r_string r_text(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) throw NullCharacter();
  return cpp11::r_string(
      cpp11::safe[Rf_mkCharLenCE](text.data(), static_cast<int>(text.size()), CE_UTF8));
}

cpp11::sexp r_scalar(std::string_view text) {
  return cpp11::safe[Rf_ScalarString](static_cast<SEXP>(r_text(text)));
}

cpp11::sexp r_shown(std::string text) {
  std::replace(text.begin(), text.end(), '\0', '?');
  const cetype_t encoding = is_utf8(text) ? CE_UTF8 : CE_LATIN1;
  const cpp11::sexp element(
      cpp11::safe[Rf_mkCharLenCE](text.data(), static_cast<int>(text.size()), encoding));
  return cpp11::safe[Rf_ScalarString](static_cast<SEXP>(element));
}

cpp11::sexp r_scalar(const std::optional<std::string>& text) {
  return text ? r_scalar(std::string_view(*text)) : cpp11::sexp(R_NilValue);
}

cpp11::sexp r_scalar(const std::optional<bool>& flag) {
  return flag ? r_scalar(*flag) : cpp11::sexp(R_NilValue);
}

cpp11::sexp r_scalar(bool flag) { return cpp11::safe[Rf_ScalarLogical](flag ? 1 : 0); }

cpp11::sexp r_scalar(int number) { return cpp11::safe[Rf_ScalarInteger](number); }

cpp11::sexp r_scalar(double number) { return cpp11::safe[Rf_ScalarReal](number); }

cpp11::sexp r_raw(std::string_view bytes) {
  cpp11::sexp raw(cpp11::safe[Rf_allocVector](RAWSXP, static_cast<R_xlen_t>(bytes.size())));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(RAW(raw)));
  return raw;
}

double to_double(Credits amount) {
  const std::string text = amount.to_string();
  double nearest = 0;
  std::from_chars(text.data(), text.data() + text.size(), nearest);
  return nearest;
}

cpp11::sexp r_list(std::initializer_list<NamedValue> values) {
  const auto size = static_cast<R_xlen_t>(values.size());
  cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, size));
  cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, size));
  R_xlen_t at = 0;
  for (const auto& [name, value] : values) {
    SET_VECTOR_ELT(list, at, value);
    SET_STRING_ELT(names, at, cpp11::safe[Rf_mkCharCE](name, CE_UTF8));
    ++at;
  }
  cpp11::safe[Rf_setAttrib](static_cast<SEXP>(list), R_NamesSymbol, static_cast<SEXP>(names));
  return list;
}

SEXP Arguments::get(const char* name) const {
  SEXP names = cpp11::safe[Rf_getAttrib](static_cast<SEXP>(list_), R_NamesSymbol);
  for (R_xlen_t i = 0; i < Rf_xlength(names); ++i) {
    if (std::strcmp(CHAR(STRING_ELT(names, i)), name) == 0) return VECTOR_ELT(list_, i);
  }
  return R_NilValue;
}

std::string Arguments::text(const char* name) const {
  return optional_text(name).value_or(std::string());
}

std::optional<std::string> Arguments::optional_text(const char* name) const {
  SEXP value = get(name);
  if (TYPEOF(value) != STRSXP || Rf_xlength(value) != 1) return {};
  return std::string(cpp11::r_string(STRING_ELT(value, 0)));
}

std::optional<double> Arguments::optional_number(const char* name) const {
  SEXP value = get(name);
  if (value == R_NilValue) return {};
  return cpp11::safe[Rf_asReal](value);
}

bool Arguments::flag(const char* name) const {
  SEXP value = get(name);
  return value != R_NilValue && cpp11::safe[Rf_asLogical](value) == 1;
}

}  // namespace farthing::r
