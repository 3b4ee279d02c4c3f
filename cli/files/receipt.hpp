// SPDX-License-Identifier: Apache-2.0
// Remarks about a request that wrote something, beside its answer.
#pragma once

#include <farthing/models.hpp>
#include <string>
#include <utility>

#include "cli/frame/client_command.hpp"
#include "cli/frame/problem.hpp"

namespace farthing::cli {

// Makes the answer that shows `document`.
template <class T>
Report receipt_answer(const sdk::Receipt<T>& receipt, Document document) {
  Report report{.document = std::move(document)};
  if (receipt.is_replayed) {
    report.remarks.emplace_back(
        "This idempotency key had been used before; shown is its first answer, nothing new was "
        "done.");
  }
  report.when_unwritten = "The request was carried out.";
  if (!receipt.idempotency_key.empty()) {
    report.when_unwritten += " Run it again with --idempotency-key " + receipt.idempotency_key +
                             " to see the answer; that does not carry it out twice.";
  }
  return report;
}

// Makes the answer, or the problem that kept the request from being carried out. `to_document`
// makes a Document of the model.
template <class T, class ToDocument>
Result<Report> receipt_or_problem(const sdk::Result<sdk::Receipt<T>>& receipt,
                                  ToDocument to_document) {
  if (!receipt) return to_problem(receipt.error());
  return receipt_answer(*receipt, to_document(*receipt));
}

}  // namespace farthing::cli
