// SPDX-License-Identifier: Apache-2.0
#include "json_value.hpp"

#include <charconv>

#include "r_value.hpp"
#include "sdk/cpp/src/json/json_reader.hpp"
#include "sdk/cpp/src/json/json_value.hpp"
#include "sdk/cpp/src/json/json_writer.hpp"

namespace farthing::r {
namespace {

constexpr int kMaxDepth = 64;

double nearest_double(std::string_view digits) {
  double nearest = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), nearest);
  if (error != std::errc()) throw JsonProblem("a number is out of the range of a double");
  return nearest;
}

cpp11::sexp to_r(const sdk::JsonValue& value);

cpp11::sexp items_to_r(const sdk::JsonValue& value) {
  const auto size = static_cast<R_xlen_t>(value.items.size());
  cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, size));
  for (R_xlen_t i = 0; i < size; ++i) {
    SET_VECTOR_ELT(list, i, to_r(value.items[static_cast<std::size_t>(i)]));
  }
  return list;
}

// An object without members keeps an empty vector of names, which tells it from an array.
cpp11::sexp members_to_r(const sdk::JsonValue& value) {
  cpp11::sexp list = items_to_r(value);
  const auto size = static_cast<R_xlen_t>(value.names.size());
  cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, size));
  for (R_xlen_t i = 0; i < size; ++i) {
    SET_STRING_ELT(names, i, r_text(value.names[static_cast<std::size_t>(i)]));
  }
  cpp11::safe[Rf_setAttrib](static_cast<SEXP>(list), R_NamesSymbol, static_cast<SEXP>(names));
  return list;
}

cpp11::sexp to_r(const sdk::JsonValue& value) {
  switch (value.type) {
    case sdk::JsonType::null:
      return R_NilValue;
    case sdk::JsonType::boolean:
      return r_scalar(value.boolean);
    case sdk::JsonType::number:
      return r_scalar(nearest_double(value.json));
    case sdk::JsonType::string:
      return r_scalar(std::string_view(value.string));
    case sdk::JsonType::array:
      return items_to_r(value);
    case sdk::JsonType::object:
      return members_to_r(value);
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
      sdk::append_json_string(out, name);
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
      return sdk::append_json_double(out, REAL(vector)[i]);
    default:
      if (STRING_ELT(vector, i) == NA_STRING) {
        out += "null";
      } else {
        sdk::append_json_string(out, std::string(cpp11::r_string(STRING_ELT(vector, i))));
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
  const auto tree = sdk::read_json(text);
  if (!tree) {
    throw JsonProblem(tree.error().message + " at byte " + std::to_string(tree.error().offset));
  }
  return to_r(*tree);
}

std::string json_text(SEXP value) {
  std::string out;
  append_value(out, value, 0);
  return out;
}

}  // namespace farthing::r
