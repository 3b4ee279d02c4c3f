// SPDX-License-Identifier: Apache-2.0
#include "sdk/cpp/src/calls/ledger_calls.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "sdk/cpp/src/calls/server_answer.hpp"
#include "sdk/cpp/src/models/failure_json.hpp"
#include "sdk/cpp/src/models/models_json.hpp"
#include "sdk/cpp/src/session/redaction.hpp"
#include "sdk/cpp/src/session/retry_rules.hpp"

namespace farthing::sdk {
namespace {

constexpr std::int64_t kCreated = 201;

// One result of the answer.
struct BatchLine {
  std::int64_t status = 0;
  std::optional<bool> replayed{};
  Charge charge{};  // with the status 201
  Error error{};    // with any other
};

// The member of a line that holds an error.
struct ErrorOfLine {
  Error& error;
};

void decode(const FieldReader& in, ErrorOfLine& out) { decode_error_members(in, out.error); }

void decode(const FieldReader& in, BatchLine& out) {
  in.require("status", out.status);
  in.optional("replayed", out.replayed);
  if (out.status == kCreated) {
    in.require("charge", out.charge);
  } else {
    ErrorOfLine error{out.error};
    in.require("error", error);
  }
}

Result<std::vector<BatchLine>> decode_lines(std::string_view json, std::size_t count) {
  const auto tree = read_json(json);
  if (!tree) return decoding_failure(tree.error());
  std::optional<DecodeFault> fault;
  const FieldReader in(**tree, fault);
  std::vector<BatchLine> lines;
  in.require("results", lines);
  if (!fault && lines.size() != count) {
    fault = DecodeFault{"results", "expected " + std::to_string(count) + " results, got " +
                                       std::to_string(lines.size())};
  }
  if (fault) return decoding_failure(*fault);
  return lines;
}

// Returns a line as the answer to a request of its own.
ServerAnswer answer_of(BatchLine& line, const ServerAnswer& whole,
                       const std::string& idempotency_key) {
  line.error.id = whole.request_id;
  const int status = static_cast<int>(line.status);
  return {.status = status,
          .error = std::move(line.error),
          .request_id = whole.request_id,
          .attempts = whole.attempts,
          .idempotency_key = idempotency_key,
          .is_outcome_unknown = leaves_outcome_unknown(status)};
}

}  // namespace

Result<ChargeResults> read_charge_results(const ServerAnswer& answer,
                                          const std::vector<KeyedCharge>& charges) {
  auto lines = read_answer<std::vector<BatchLine>>(
      answer, [&](std::string_view body) { return decode_lines(body, charges.size()); });
  if (!lines) return std::move(lines.error());
  ChargeResults results;
  results.reserve(lines->size());
  for (std::size_t i = 0; i < lines->size(); ++i) {
    BatchLine& line = (*lines)[i];
    const std::string& idempotency_key = charges[i].idempotency_key;
    if (line.status == kCreated) {
      results.emplace_back(Receipt<Charge>{std::move(line.charge), line.replayed.value_or(false),
                                           idempotency_key, answer.request_id});
    } else {
      if (const auto& key = charges[i].charge.api_key) redact_error(line.error, key->reveal());
      results.emplace_back(status_failure(answer_of(line, answer, idempotency_key)));
    }
  }
  return results;
}

}  // namespace farthing::sdk
