// SPDX-License-Identifier: Apache-2.0
#include "server/audit/audit_report.hpp"

#include <string>
#include <variant>

namespace farthing::audit {

void DirectorySummary::add(const store::DirectoryRecord& record) {
  if (std::holds_alternative<store::User>(record)) ++users;
  if (std::holds_alternative<store::ApiKey>(record)) ++api_keys;
  std::string encoded;
  store::append_encoded(record, encoded);
  content = sha256({as_bytes(content), encoded});
}

}  // namespace farthing::audit
