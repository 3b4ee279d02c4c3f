// SPDX-License-Identifier: Apache-2.0
// Builds a data frame's columns from models of the SDK: one by one, or all by their fields
// (farthing/fields.hpp).
#pragma once

#include <cpp11.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <farthing/fields.hpp>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>

#include "r_value.hpp"

namespace farthing::r {

template <class T>
cpp11::sexp columns_of(const std::vector<T>& models);

// Returns the texts with blanks between them; none when there are no texts.
inline std::optional<std::string> joined(const std::vector<std::string>& texts) {
  std::optional<std::string> all;
  for (const std::string& text : texts) all = all ? *all + ' ' + text : text;
  return all;
}

// Returns the tags as JSON, as metadata is; none when there are no tags.
std::optional<std::string> tags_text(const std::vector<sdk::Tag>& tags);

template <class T>
inline constexpr bool kIsOptional = false;
template <class T>
inline constexpr bool kIsOptional<std::optional<T>> = true;

// Collects columns, each from one expression over a model, or of all its fields.
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

  // Adds a column for each field that is a value, and for each of a balance, in the order of the
  // wire. The parts that a model may have give theirs names with a prefix. Lists of models come last,
  // as data frames. Secrets and other models have no columns.
  Columns& fields() {
    T::fields([this](const char* name, auto member, sdk::FieldForm = {}) {
      this->add_field(name, [member](const T& model) -> const auto& { return model.*member; });
    });
    T::fields([this](const char* name, auto member, sdk::FieldForm = {}) {
      this->add_list(name, [member](const T& model) -> const auto& { return model.*member; });
    });
    return *this;
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

  template <class Part>
  static constexpr const char* prefix() {
    if constexpr (std::is_same_v<Part, sdk::SpendCaps>) return "cap_";
    if constexpr (std::is_same_v<Part, sdk::PreviousSecret>) return "previous_";
    if constexpr (std::is_same_v<Part, sdk::Price>) return "price_paid_";
    return "";
  }

  // Adds a column of a field of a part, which `get_part` returns a pointer to, null where there is
  // none.
  template <class Part, class GetPart>
  void add_part(GetPart get_part) {
    Part::fields([&](const char* name, auto member, sdk::FieldForm = {}) {
      using Value = std::remove_cvref_t<decltype(std::declval<Part>().*member)>;
      const auto get = [=](const T& model) {
        const Part* part = get_part(model);
        if constexpr (kIsOptional<Value>) return part == nullptr ? Value() : part->*member;
        if constexpr (!kIsOptional<Value>) {
          return part == nullptr ? std::optional<Value>() : std::optional<Value>(part->*member);
        }
      };
      add_field((prefix<Part>() + std::string(name)).c_str(), get);
    });
  }

  template <class Get>
  void add_field(const char* name, Get get) {
    using Value = std::remove_cvref_t<std::invoke_result_t<Get, const T&>>;
    if constexpr (std::is_same_v<Value, std::string>) {
      text(name, [&](const T& model) { return std::optional<std::string>(get(model)); });
    } else if constexpr (std::is_same_v<Value, std::optional<std::string>>) {
      text(name, get);
    } else if constexpr (std::is_same_v<Value, std::vector<std::string>>) {
      text(name, [&](const T& model) { return joined(get(model)); });
    } else if constexpr (std::is_same_v<Value, std::vector<sdk::Tag>>) {
      text(name, [&](const T& model) { return tags_text(get(model)); });
    } else if constexpr (std::is_same_v<Value, bool>) {
      flag(name, get);
    } else if constexpr (std::is_same_v<Value, Credits>) {
      amount(name, get);
    } else if constexpr (std::is_same_v<Value, std::optional<Credits>>) {
      optional_amount(name, get);
    } else if constexpr (std::is_same_v<Value, std::int64_t>) {
      number(name, get);
    } else if constexpr (std::is_same_v<Value, std::optional<std::int64_t>>) {
      optional_number(name, get);
    } else if constexpr (std::is_same_v<Value, sdk::LedgerBalance>) {
      add_part<Value>([get](const T& model) { return &get(model); });
    } else if constexpr (std::is_same_v<Value, std::optional<sdk::RateLimit>> ||
                         std::is_same_v<Value, std::optional<sdk::Price>> ||
                         std::is_same_v<Value, std::optional<sdk::SpendCaps>> ||
                         std::is_same_v<Value, std::optional<sdk::PreviousSecret>>) {
      add_part<typename Value::value_type>([get](const T& model) {
        const Value& part = get(model);
        return part ? &*part : nullptr;
      });
    }
  }

  template <class Get>
  void add_list(const char* name, Get get) {
    using Value = std::remove_cvref_t<std::invoke_result_t<Get, const T&>>;
    if constexpr (requires { Value::value_type::fields([](const char*, auto, auto...) {}); } &&
                  !kIsOptional<Value>) {
      list(name, [&](const T& model) { return columns_of(get(model)); });
    }
  }

  Columns& add(const char* name, const cpp11::sexp& column) {
    columns_.emplace_back(name, column);
    return *this;
  }

  const std::vector<T>& models_;
  const R_xlen_t size_;
  std::vector<std::pair<std::string, cpp11::sexp>> columns_;
};

template <class T>
cpp11::sexp columns_of(const std::vector<T>& models) {
  return Columns(models).fields().finish();
}

}  // namespace farthing::r
