// SPDX-License-Identifier: Apache-2.0
// Builds a data frame's columns from models of the SDK.
#pragma once

#include <cpp11.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "r_value.hpp"

namespace farthing::r {

// Collects columns one by one, each from one expression over a model.
template <class T>
class Columns {
 public:
  explicit Columns(const std::vector<T>& models)
      : models_(models), size_(static_cast<R_xlen_t>(models.size())) {}

  template <class Get>
  Columns& text(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](STRSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) {
      const std::optional<std::string>& text = get(model(i));
      SET_STRING_ELT(column, i, text ? static_cast<SEXP>(r_text(*text)) : NA_STRING);
    }
    return add(name, column);
  }

  template <class Get>
  Columns& flag(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](LGLSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) LOGICAL(column)[i] = get(model(i)) ? 1 : 0;
    return add(name, column);
  }

  template <class Get>
  Columns& number(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](REALSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) REAL(column)[i] = static_cast<double>(get(model(i)));
    return add(name, column);
  }

  // Adds a column; `get` returns an optional, which is NA when empty.
  template <class Get>
  Columns& optional_number(const char* name, Get get) {
    return number(name, [&](const T& model) {
      const auto value = get(model);
      return value ? static_cast<double>(*value) : NA_REAL;
    });
  }

  template <class Get>
  Columns& optional_amount(const std::string& name, Get get) {
    optional_number(name.c_str(), [&](const T& model) -> std::optional<double> {
      const std::optional<Credits> amount = get(model);
      if (!amount) return {};
      return to_double(*amount);
    });
    return text((name + "_text").c_str(), [&](const T& model) -> std::optional<std::string> {
      const std::optional<Credits> amount = get(model);
      if (!amount) return {};
      return amount->to_string();
    });
  }

  template <class Get>
  Columns& amount(const std::string& name, Get get) {
    number(name.c_str(), [&](const T& model) { return to_double(get(model)); });
    return text((name + "_text").c_str(),
                [&](const T& model) { return std::optional<std::string>(get(model).to_string()); });
  }

  // Adds a list column; `get` returns a value of R.
  template <class Get>
  Columns& list(const char* name, Get get) {
    cpp11::sexp column(cpp11::safe[Rf_allocVector](VECSXP, size_));
    for (R_xlen_t i = 0; i < size_; ++i) SET_VECTOR_ELT(column, i, get(model(i)));
    return add(name, column);
  }

  cpp11::sexp finish() {
    const auto count = static_cast<R_xlen_t>(columns_.size());
    cpp11::sexp list(cpp11::safe[Rf_allocVector](VECSXP, count));
    cpp11::sexp names(cpp11::safe[Rf_allocVector](STRSXP, count));
    for (R_xlen_t i = 0; i < count; ++i) {
      const auto& [name, column] = columns_[static_cast<std::size_t>(i)];
      SET_VECTOR_ELT(list, i, column);
      SET_STRING_ELT(names, i, r_text(name));
    }
    cpp11::safe[Rf_setAttrib](static_cast<SEXP>(list), R_NamesSymbol, static_cast<SEXP>(names));
    return list;
  }

 private:
  const T& model(R_xlen_t i) const { return models_[static_cast<std::size_t>(i)]; }

  Columns& add(const char* name, const cpp11::sexp& column) {
    columns_.emplace_back(name, column);
    return *this;
  }

  const std::vector<T>& models_;
  const R_xlen_t size_;
  std::vector<std::pair<std::string, cpp11::sexp>> columns_;
};

}  // namespace farthing::r
