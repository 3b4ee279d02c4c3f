// SPDX-License-Identifier: Apache-2.0
#include "json_value.hpp"

#include <charconv>

#include "base/json/json_reader.hpp"
#include "base/json/json_value.hpp"
#include "base/json/json_writer.hpp"
#include "r_value.hpp"
#include "sdk/cpp/src/json/encode_json.hpp"

namespace farthing::r {
namespace {

constexpr int kMaxDepth = 64;

double nearest_double(std::string_view digits) {
  double nearest = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), nearest);
  if (error != std::errc()) throw JsonProblem("a number is out of the range of a double");
  return nearest;
}

cpp11::sexp to_r(const JsonValue& value);

cpp11::sexp elements_to_r(const JsonValue::Array& array) {
  cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, static_cast<R_xlen_t>(array.size())));
  R_xlen_t at = 0;
  for (const JsonValue& element : array) SET_VECTOR_ELT(list, at++, to_r(element));
  return list;
}

// An object without members keeps an empty vector of names, which tells it from an array.
cpp11::sexp members_to_r(const JsonValue::Object& object) {
  const auto size = static_cast<R_xlen_t>(object.size());
  cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, size));
  cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, size));
  R_xlen_t at = 0;
  for (const auto& [name, value] : object) {
    SET_VECTOR_ELT(list, at, to_r(value));
    SET_STRING_ELT(names, at++, r_text(name));
  }
  cpp11::safe[Rf_setAttrib](static_cast<SEXP>(list), R_NamesSymbol, static_cast<SEXP>(names));
  return list;
}

cpp11::sexp to_r(const JsonValue& value) {
  switch (value.type()) {
    case JsonType::null:
      return R_NilValue;
    case JsonType::boolean:
      return r_scalar(*value.as_boolean());
    case JsonType::number:
      return r_scalar(nearest_double(value.text()));
    case JsonType::string:
      return r_scalar(*value.as_string());
    case JsonType::array:
      return elements_to_r(*value.as_array());
    case JsonType::object:
      return members_to_r(*value.as_object());
  }
  return R_NilValue;
}

void append_value(std::string& out, SEXP value, int depth);

void append_list(std::string& out, SEXP list, int depth) {
  SEXP names = cpp11::safe[Rf_getAttrib](list, R_NamesSymbol);
  const bool is_object = names != R_NilValue;
  out.push_back(is_object ? '{' : '[');
  for (R_xlen_t i = 0; i < Rf_xlength(list); ++i) {
    if (i > 0) out.push_back(',');
    if (is_object) {
      const std::string name(cpp11::r_string(STRING_ELT(names, i)));
      if (name.empty()) throw JsonProblem("some members of a list have names and others have none");
      append_json_string(name, out);
      out.push_back(':');
    }
    append_value(out, VECTOR_ELT(list, i), depth + 1);
  }
  out.push_back(is_object ? '}' : ']');
}

void append_element(std::string& out, SEXP vector, R_xlen_t i) {
  switch (TYPEOF(vector)) {
    case LGLSXP: {
      const int flag = LOGICAL(vector)[i];
      out += flag == NA_LOGICAL ? "null" : flag ? "true" : "false";
      return;
    }
    case INTSXP: {
      const int number = INTEGER(vector)[i];
      out += number == NA_INTEGER ? "null" : std::to_string(number);
      return;
    }
    case REALSXP:
      return sdk::append_json_double(REAL(vector)[i], out);
    default:
      if (STRING_ELT(vector, i) == NA_STRING) {
        out += "null";
      } else {
        append_json_string(std::string(cpp11::r_string(STRING_ELT(vector, i))), out);
      }
  }
}

void append_vector(std::string& out, SEXP vector) {
  const R_xlen_t size = Rf_xlength(vector);
  if (size == 1) return append_element(out, vector, 0);
  out.push_back('[');
  for (R_xlen_t i = 0; i < size; ++i) {
    if (i > 0) out.push_back(',');
    append_element(out, vector, i);
  }
  out.push_back(']');
}

void append_value(std::string& out, SEXP value, int depth) {
  if (depth > kMaxDepth) throw JsonProblem("lists are nested too deeply for JSON");
  switch (TYPEOF(value)) {
    case NILSXP:
      out += "null";
      return;
    case VECSXP:
      return append_list(out, value, depth);
    case LGLSXP:
    case INTSXP:
    case REALSXP:
    case STRSXP:
      if (Rf_isFactor(value)) throw JsonProblem("a factor has no form in JSON");
      return append_vector(out, value);
    default:
      throw JsonProblem(std::string("a value of type ") +
                        Rf_type2char(static_cast<SEXPTYPE>(TYPEOF(value))) +
                        " has no form in JSON");
  }
}

}  // namespace

cpp11::sexp r_json(std::string_view text) {
  const auto tree = read_json(text);
  if (!tree) {
    throw JsonProblem(tree.error().message + " at byte " + std::to_string(tree.error().offset));
  }
  return to_r(**tree);
}

std::string json_text(SEXP value) {
  std::string out;
  append_value(out, value, 0);
  return out;
}

}  // namespace farthing::r
