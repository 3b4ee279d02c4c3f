// SPDX-License-Identifier: Apache-2.0
// Shows a model of the SDK by its fields (farthing/fields.hpp).
#pragma once

#include <cstdint>
#include <farthing/ledger_models.hpp>
#include <farthing/models.hpp>
#include <optional>
#include <string>
#include <vector>

#include "cli/commands/entries_tables.hpp"
#include "cli/output/document.hpp"

namespace farthing::cli {

// Returns the texts with commas between them; the texts of a key hold no comma.
std::string joined(const std::vector<std::string>& texts);

// Add a field to the document: in the form that the option of that name takes where there is one,
// empty where there is no value. The parts of a balance and of a replaced secret are fields of their
// own, and the shares of grants are a table. Secrets and lists of other models are not shown.
void show_field(Document& document, const char* name, const std::string& value);
void show_field(Document& document, const char* name, const std::optional<std::string>& value);
void show_field(Document& document, const char* name, const Credits& value);
void show_field(Document& document, const char* name, const std::optional<Credits>& value);
void show_field(Document& document, const char* name, std::int64_t value);
void show_field(Document& document, const char* name, const std::optional<std::int64_t>& value);
void show_field(Document& document, const char* name, bool value);
void show_field(Document& document, const char* name, const std::vector<std::string>& value);
void show_field(Document& document, const char* name, const std::optional<sdk::RateLimit>& value);
void show_field(Document& document, const char* name, const std::optional<sdk::SpendCaps>& value);
void show_field(Document& document, const char* name,
                const std::optional<sdk::PreviousSecret>& value);
void show_field(Document& document, const char* name, const std::optional<sdk::Price>& value);
void show_field(Document& document, const char* name, const std::vector<sdk::Tag>& value);
void show_field(Document& document, const char* name, const sdk::LedgerBalance& value);
void show_field(Document& document, const char* name, const std::vector<sdk::GrantShare>& value);
template <class T>
void show_field(Document& /*document*/, const char* /*name*/, const T& /*value*/) {}

// Returns a model's fields and its JSON, which is that of the whole model: the caller must first
// reset a secret that must not show.
template <class T>
Document document_of(const T& model) {
  Document document{.json = model.to_json()};
  T::fields([&](const char* name, auto member, sdk::FieldForm form = sdk::FieldForm::plain) {
    // What is left out of the JSON while it is false is told in words where it is true.
    if (form != sdk::FieldForm::flag) show_field(document, name, model.*member);
  });
  return document;
}

}  // namespace farthing::cli
