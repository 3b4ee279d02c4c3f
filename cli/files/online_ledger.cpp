// SPDX-License-Identifier: Apache-2.0
#include "cli/files/online_ledger.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include "cli/files/wire_entry.hpp"
#include "verify/ledger_verifier.hpp"
#include "verify/unique_keys.hpp"

namespace farthing::cli {
namespace {

constexpr int kOnlineLedgerPage = 1'000;

class OnlineVerification {
 public:
  OnlineVerification(const ClientSession& session, OrganizationId organization)
      : session_(session), organization_(organization), verifier_(organization, spool_) {}

  Result<verify::Counts> run() {
    if (auto read = read_from({}); !read) return std::move(read).error();
    // The last outcome may have been in the middle of being written.
    if (verifier_.finish()) {
      if (auto read = read_from(verifier_.chain().at().to_string()); !read) {
        return std::move(read).error();
      }
    }
    if (auto wrong = verifier_.finish()) return deviates(*std::move(wrong));
    if (const auto repeat = keys_.find_repeat()) return deviates(*repeat);
    if (spool_.has_failed() || keys_.has_failed()) {
      return Problem{.message = "There is no room for the temporary files.",
                     .notes = {"Set TMPDIR to a directory that has some."}};
    }
    counts_.organizations = 1;
    return counts_;
  }

 private:
  // Verifies the entries from an instant on that were not seen before.
  Result<Done> read_from(std::optional<std::string> from) {
    sdk::ListEntries request{.organization = organization_.to_string(),
                             .from = std::move(from),
                             .page = {.limit = kOnlineLedgerPage}};
    do {
      const auto page = session_.client.list_entries(request, session_.call_options);
      if (!page) return to_problem(page.error());
      for (const sdk::LedgerEntry& entry : page->items) {
        if (static_cast<std::uint64_t>(entry.seq) <= verifier_.chain().seq() && request.from) {
          continue;
        }
        if (auto taken = take(entry); !taken) return taken;
      }
      request.page.cursor = page->next;
    } while (request.page.cursor);
    return Done{};
  }

  Result<Done> take(const sdk::LedgerEntry& entry) {
    const auto sealed = to_sealed(organization_, entry);
    if (!sealed) {
      return Problem{
          .code = ExitCode::server_failed,
          .message = fmt::format("The member {} of entry {} is not what the API promises.",
                                 sealed.error(), entry.seq)};
    }
    if (auto wrong = verifier_.next(*sealed)) return deviates(*std::move(wrong));
    counts_.count(sealed->entry);
    if (!sealed->entry.idempotency_key.empty()) {
      keys_.add(sealed->entry.idempotency_key, sealed->entry.seq);
    }
    return Done{};
  }

  Problem deviates(verify::Finding finding) const {
    return deviation_problem(
        {.organization = organization_, .seq = verifier_.place(), .finding = std::move(finding)});
  }
  Problem deviates(const verify::UniqueKeys::Repeat& repeat) const {
    return deviation_problem({.organization = organization_,
                              .seq = repeat.second,
                              .finding = {.what = "its idempotency key",
                                          .expected = "a new one",
                                          .found = fmt::format("that of entry {}", repeat.first)}});
  }

  const ClientSession& session_;
  const OrganizationId organization_;
  verify::Spool spool_;
  verify::LedgerVerifier verifier_;
  verify::UniqueKeys keys_;
  verify::Counts counts_;
};

}  // namespace

Result<verify::Counts> verify_organization(const ClientSession& session,
                                           const std::string& organization) {
  const auto id = OrganizationId::parse(organization);
  if (!id) return usage_problem(organization + " is not the id of an organization.");
  return OnlineVerification(session, *id).run();
}

Problem deviation_problem(const verify::Deviation& deviation) {
  return {.code = ExitCode::deviates,
          .message = "The ledger deviates: " + deviation.to_string() + "."};
}

}  // namespace farthing::cli
