// SPDX-License-Identifier: Apache-2.0
#include "offline/inspect/inspection_report.hpp"

#include <string>
#include <variant>

namespace farthing::inspect {

void DirectorySummary::add(const directory::DirectoryRecord& record) {
  if (std::holds_alternative<directory::User>(record)) ++users;
  if (std::holds_alternative<directory::ApiKey>(record)) ++api_keys;
  std::string encoded;
  directory::append_encoded(record, encoded);
  content = sha256({as_bytes(content), encoded});
}

}  // namespace farthing::inspect
