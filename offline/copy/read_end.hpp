// SPDX-License-Identifier: Apache-2.0
// A store of either kind, opened to be read and verified as a whole. Only one thread may use it.
#pragma once

#include <memory>

#include "base/error.hpp"
#include "offline/inspect/inspection_report.hpp"
#include "server/app/store_location.hpp"
#include "server/store/embedded/store_reader.hpp"
#include "server/store/postgres/database_reader.hpp"
#include "server/store/transfer.hpp"

namespace farthing::copy {

class ReadEnd {
 public:
  static Result<ReadEnd> open(const app::StoreLocation& location,
                              store::Unfinished unfinished = store::Unfinished::refused);

  const store::TransferSource& source() const;
  Result<inspect::InspectionReport> audit() const;

 private:
  // One of them is set.
  std::unique_ptr<store::embedded::StoreReader> directory_;
  std::unique_ptr<store::postgres::DatabaseReader> database_;
};

}  // namespace farthing::copy
