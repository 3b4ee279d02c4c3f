// SPDX-License-Identifier: Apache-2.0
#include "offline/copy/read_end.hpp"

#include <string>
#include <utility>

#include "offline/inspect/database_inspection.hpp"
#include "offline/inspect/store_inspection.hpp"

namespace farthing::copy {

Result<ReadEnd> ReadEnd::open(const app::StoreLocation& location, store::Unfinished unfinished) {
  ReadEnd end;
  if (location.is_database()) {
    auto reader =
        store::postgres::DatabaseReader::open(std::string(location.database.reveal()), unfinished);
    if (!reader) return std::move(reader).error();
    end.database_ = *std::move(reader);
  } else {
    auto reader = store::embedded::StoreReader::open(location.data, unfinished);
    if (!reader) return std::move(reader).error();
    end.directory_ = *std::move(reader);
  }
  return end;
}

const store::TransferSource& ReadEnd::source() const {
  if (database_) return *database_;
  return *directory_;
}

Result<inspect::InspectionReport> ReadEnd::audit() const {
  return database_ ? inspect::inspect_database(*database_) : inspect::inspect_store(*directory_);
}

}  // namespace farthing::copy
