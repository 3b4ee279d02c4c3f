// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/inspection_report.hpp"

#include <string>
#include <variant>

namespace farthing::inspect {

StoreDeviation deviation_of_directory(const std::string& name, const verify::Finding& finding) {
  return {.part = "directory",
          .what = name + ": " + finding.what + ": expected " + finding.expected + ", found " +
                  finding.found};
}

StoreDeviation deviation_of_ledger(OrganizationId organization, std::uint64_t seq,
                                   const verify::Finding& finding) {
  const verify::Deviation deviation{.organization = organization, .seq = seq, .finding = finding};
  return {.part = "ledger", .what = deviation.to_string()};
}

void DirectorySummary::add(const directory::DirectoryRecord& record) {
  if (std::holds_alternative<directory::User>(record)) ++users;
  if (std::holds_alternative<directory::ApiKey>(record)) ++api_keys;
  std::string encoded;
  directory::append_encoded(record, encoded);
  content = sha256({as_bytes(content), encoded});
}

}  // namespace farthing::inspect
