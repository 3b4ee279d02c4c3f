// SPDX-License-Identifier: Apache-2.0
#include "cli/commands/charge_batch.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/idempotency_key.hpp"
#include "cli/commands/operator_command.hpp"
#include "cli/files/charge_file.hpp"
#include "cli/options/input_file.hpp"
#include "cli/output/escape.hpp"

namespace farthing::cli {
namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 20U;
constexpr std::size_t kLargestBatch = 1'000;   // of the API
constexpr std::size_t kLargestBody = 900'000;  // the server takes a MiB
constexpr std::size_t kMembers = 200;          // of a charge as JSON without its texts
constexpr std::size_t kLongestEscape = 6;      // of a byte, in JSON: \u001f

struct BatchOptions {
  CommonOptions common{};
  std::string file{};
  std::optional<std::string> organization{};
  std::optional<std::string> idempotency_key{};
};

using Charges = std::vector<sdk::KeyedCharge>;

Result<std::string> read_charges(const BatchOptions& options, const ClientSession& session) {
  if (options.file != "-") {
    return read_file(options.file, kLargestFile, fmt::format("the file {}", options.file));
  }
  if (options.common.access.key.standard_input == StandardInput::holds_the_key) {
    return usage_problem("Standard input cannot hold both the API key and the charges.");
  }
  return read_all(session.surroundings.standard_input, kLargestFile, "standard input");
}

// Gives a charge without a key of its own the command's key and its number, so that a repeat of the
// command uses the same keys.
Result<Charges> keyed_charges(std::vector<FileCharge> from_file, const BatchOptions& options,
                              const std::string& idempotency_key, const ClientSession& session) {
  Charges charges;
  charges.reserve(from_file.size());
  for (FileCharge& charge : from_file) {
    auto organization =
        session.organization_or(charge.organization ? charge.organization : options.organization);
    if (!organization) return std::move(organization.error());
    std::string key = charge.idempotency_key
                          ? std::move(*charge.idempotency_key)
                          : fmt::format("{}-{}", idempotency_key, charges.size() + 1);
    charges.push_back({.idempotency_key = std::move(key),
                       .charge = {.organization = *std::move(organization),
                                  .api_key = std::move(charge.api_key),
                                  .amount = charge.amount,
                                  .operation = std::move(charge.operation),
                                  .model = std::move(charge.model),
                                  .remarks = std::move(charge.remarks)}});
  }
  return charges;
}

// Returns the largest size that the charge can have as JSON.
std::size_t size_of(const sdk::KeyedCharge& keyed) {
  const auto text_size = [](const std::optional<std::string>& text) {
    return text ? text->size() * kLongestEscape : 0;
  };
  const sdk::CreateCharge& charge = keyed.charge;
  std::size_t tags_size = 0;
  for (const sdk::Tag& tag : charge.remarks.tags) {
    tags_size += (tag.name.size() + tag.value.size()) * kLongestEscape;
  }
  return kMembers + (keyed.idempotency_key.size() + charge.organization.size()) * kLongestEscape +
         text_size(charge.operation) + text_size(charge.model) + tags_size +
         text_size(charge.remarks.reason) +
         (charge.remarks.metadata ? charge.remarks.metadata->size() : 0);
}

// Returns as many of the charges from `begin` on as fit into one request, at least one.
Charges next_batch(const Charges& charges, std::size_t begin) {
  const std::size_t last = std::min(charges.size(), begin + kLargestBatch);
  std::size_t end = begin;
  for (std::size_t size = 0; end < last; ++end) {
    size += size_of(charges[end]);
    if (size > kLargestBody && end > begin) break;
  }
  const auto at = [&](std::size_t i) {
    return charges.begin() + static_cast<Charges::difference_type>(i);
  };
  return {at(begin), at(end)};
}

std::string how_to_repeat(const std::string& idempotency_key) {
  return fmt::format(
      "Run it again with --idempotency-key {} and the same charges to see what became of each; "
      "that "
      "carries none out twice.",
      idempotency_key);
}

// Returns all results, or the problem that one of the requests as a whole had.
Result<sdk::ChargeResults> charge_all(const Charges& charges, const std::string& idempotency_key,
                                      const ClientSession& session) {
  sdk::ChargeResults all;
  while (all.size() < charges.size()) {
    auto results =
        session.client.create_charges(next_batch(charges, all.size()), session.call_options);
    if (!results) {
      Problem problem = to_problem(results.error());
      if (!all.empty()) {
        problem.notes.push_back(fmt::format("The first {} of {} charges had been answered.",
                                            all.size(), charges.size()));
      }
      if (!all.empty() || results.error().is_outcome_unknown) {
        problem.notes.push_back(how_to_repeat(idempotency_key));
      }
      return problem;
    }
    std::move(results->begin(), results->end(), std::back_inserter(all));
  }
  return all;
}

std::string to_json(const sdk::Result<sdk::Receipt<sdk::Charge>>& result) {
  if (!result) {
    const sdk::Failure& failure = result.error();
    return fmt::format(R"({{"idempotency_key":{},"status":{},"error":{}}})",
                       json_string(failure.idempotency_key), failure.status,
                       failure.error->to_json());
  }
  return fmt::format(R"({{"idempotency_key":{},"status":201,{}"charge":{}}})",
                     json_string(result->idempotency_key),
                     result->is_replayed ? R"("replayed":true,)" : "", result->to_json());
}

std::vector<std::string> to_row(const sdk::Result<sdk::Receipt<sdk::Charge>>& result) {
  if (!result) {
    const sdk::Failure& failure = result.error();
    return {failure.idempotency_key, std::to_string(failure.status), "", "", "",
            failure.error->name,     failure.error->message};
  }
  return {result->idempotency_key,
          "201",
          result->id,
          result->amount.to_string(),
          result->balance.available.to_string(),
          "",
          ""};
}

Report to_report(const sdk::ChargeResults& results, const std::string& idempotency_key) {
  Report report{.when_unwritten =
                    "The charges were carried out. " + how_to_repeat(idempotency_key)};
  Table table{.columns = {{"idempotency_key"},
                          {"status"},
                          {"charge"},
                          {"amount", Alignment::right},
                          {"available", Alignment::right},
                          {"error"},
                          {"message"}}};
  std::string& json = report.document.json;
  json = R"({"results":[)";
  std::size_t failed = 0;
  for (const auto& result : results) {
    table.rows.push_back(to_row(result));
    if (json.back() != '[') json.push_back(',');
    json += to_json(result);
    if (result) continue;
    ++failed;
    report.exit_code = std::max(report.exit_code, exit_code_of(result.error()));
  }
  json += "]}";
  report.document.tables.push_back(std::move(table));
  if (failed > 0) {
    report.remarks.push_back(
        fmt::format("{} of {} charges were refused or failed.", failed, results.size()));
    report.remarks.push_back(how_to_repeat(idempotency_key));
  }
  return report;
}

Result<Report> charge_batch(const BatchOptions& options, const ClientSession& session) {
  // An empty key, from a variable that was never set, would be the same in every run.
  if (options.idempotency_key && !may_be_stored_idempotency_key(*options.idempotency_key)) {
    return usage_problem(std::string("--idempotency-key must be ").append(kIdempotencyKeyForm) +
                         ".");
  }
  const auto text = read_charges(options, session);
  if (!text) return text.error();
  auto from_file = parse_charges(*text);
  if (!from_file) return std::move(from_file.error());
  const std::string idempotency_key =
      options.idempotency_key ? *options.idempotency_key : sdk::make_idempotency_key();
  const auto charges = keyed_charges(std::move(*from_file), options, idempotency_key, session);
  if (!charges) return charges.error();
  const auto results = charge_all(*charges, idempotency_key, session);
  if (!results) return results.error();
  return to_report(*results, idempotency_key);
}

}  // namespace

void add_charge_batch(CommandSet& commands, CLI::App& noun) {
  const auto options = std::make_shared<BatchOptions>();
  CLI::App& command = add_operator_command(
      commands, noun, "batch", "Make the charges that a file lists", options, charge_batch);
  command.add_option("FILE", options->file, "The file, or - for standard input")->required();
  command
      .add_option("--organization", options->organization,
                  "Of the charges that name none; else that of the profile")
      ->type_name("ORG");
  command
      .add_option(
          "--idempotency-key", options->idempotency_key,
          "Charges without a key of their own get this one with -1, -2, ... behind it; made "
          "freshly without")
      ->type_name("KEY");
  command.footer(
      R"(The file has one JSON object a line, or is CSV whose first line names the columns: amount, and
if wanted organization, api_key (the caller's, to be checked), idempotency_key, operation, model, tags
(a JSON object), reason and metadata (a JSON object). The whole file is read before anything is sent.
Each charge stands alone: it is made or refused by itself. The exit code is the highest that any of
them would have had alone.
Plain output: idempotency_key, status, charge (its id), amount, available (after it), error (its name)
and message, a line for each charge in the order of the file.

Examples:
  farthing charges batch charges.csv --organization ORG --idempotency-key invoice-2027-01
  printf '{"organization":"ORG","amount":"0.2"}\n' | farthing charges batch - --json
)");
}

}  // namespace farthing::cli
