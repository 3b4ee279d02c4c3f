// SPDX-License-Identifier: Apache-2.0
#include "cli/files/statement_file.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <farthing/models.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "cli/files/online_ledger.hpp"
#include "cli/files/wire_entry.hpp"
#include "verify/statement_verifier.hpp"

namespace farthing::cli {
namespace {

constexpr std::string_view kFormat = "farthing statement 1";

Problem deviates(std::string message) {
  return {.code = ExitCode::deviates, .message = std::move(message)};
}

Problem no_statement() { return deviates("The file is not a whole statement."); }

// Reads the signature in `{"signature":"…"}`.
std::optional<std::string> read_signature(std::string_view line) {
  constexpr std::string_view kBefore = R"({"signature":")";
  constexpr std::string_view kAfter = R"("})";
  if (!line.starts_with(kBefore) || !line.ends_with(kAfter)) return {};
  return from_hex(line.substr(kBefore.size(), line.size() - kBefore.size() - kAfter.size()));
}

// Reads the statement in the first line, if the second one has the key's signature of it.
Result<sdk::Statement> read_signed(std::istream& file, const VerificationKey& key) {
  std::string text;
  std::string signature_line;
  if (!std::getline(file, text) || !std::getline(file, signature_line)) return no_statement();
  const auto statement = sdk::Statement::from_json(text);
  const auto signature = read_signature(signature_line);
  if (!statement || !signature || statement->format != kFormat) return no_statement();
  if (key.verifies(*signature, text)) return *statement;
  Problem problem = deviates("The signature is not one of this statement by this key.");
  if (statement->key != key.fingerprint()) {
    problem.notes.push_back(
        fmt::format("It names the key {}; yours is {}.", statement->key, key.fingerprint()));
  }
  return problem;
}

std::optional<verify::StatementEnd> to_end(const sdk::StatementEnd& end) {
  const auto hash = from_hex(end.hash);
  if (!hash || hash->size() != Digest().size() || end.seq < 0) return {};
  verify::StatementEnd made{.seq = static_cast<std::uint64_t>(end.seq),
                            .balance = {.available = end.available, .held = end.held}};
  std::ranges::copy(*hash, made.hash.begin());
  return made;
}

std::optional<verify::StatementPeriod> to_period(const sdk::Statement& statement) {
  const auto organization = OrganizationId::parse(statement.organization);
  const auto from = Instant::parse(statement.from);
  const auto to = Instant::parse(statement.to);
  if (!organization || !from || !to) return {};
  return verify::StatementPeriod{.organization = *organization, .from = *from, .to = *to};
}

// Checks the rest of the file.
Result<Done> check_entries(std::istream& file, OrganizationId organization,
                           verify::StatementVerifier& verifier) {
  const auto problem = [&](verify::Finding finding) {
    return deviation_problem(
        {.organization = organization, .seq = verifier.place(), .finding = std::move(finding)});
  };
  for (std::string line; std::getline(file, line);) {
    if (file.eof()) return deviates("The last line of the file does not end.");
    const auto entry = sdk::LedgerEntry::from_json(line);
    if (!entry) return deviates("A line of the file is no entry: " + entry.error().message + ".");
    const auto sealed = to_sealed(organization, *entry);
    if (!sealed) {
      return deviates(fmt::format("The member {} of entry {} is none of an entry's.",
                                  sealed.error(), entry->seq));
    }
    if (auto wrong = verifier.next(*sealed)) return problem(*std::move(wrong));
    if (entry->to_json() != line) {
      return deviates(
          fmt::format("The line of entry {} is not written as entries are.", entry->seq));
    }
  }
  if (file.bad()) return Problem{.message = "The file cannot be read to its end."};
  if (auto wrong = verifier.finish()) return problem(*std::move(wrong));
  return Done{};
}

}  // namespace

Result<sdk::Statement> check_statement(std::istream& file, const VerificationKey& key) {
  auto statement = read_signed(file, key);
  if (!statement) return statement;
  const auto period = to_period(*statement);
  const auto opening = to_end(statement->opening);
  const auto closing = to_end(statement->closing);
  if (!period || !opening || !closing) return no_statement();
  verify::StatementVerifier verifier(*period, *opening, *closing);
  if (auto checked = check_entries(file, period->organization, verifier); !checked) {
    return std::move(checked).error();
  }
  return statement;
}

}  // namespace farthing::cli
