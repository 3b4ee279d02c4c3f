// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/exit_code.hpp"

namespace farthing::cli {
namespace {

ExitCode exit_code_of_status(const sdk::Failure& failure) {
  const int status = failure.status;
  if (status == 401 || status == 403) return ExitCode::not_authorized;
  // Some servers answer 429 when the funds are gone; waiting and asking again would not help.
  if (status == 429 && !failure.is_named("insufficient_balance") &&
      !failure.is_named("insufficient_credits")) {
    return ExitCode::rate_limited;
  }
  if (status >= 400 && status <= 499) return ExitCode::refused;
  return ExitCode::server_failed;
}

}  // namespace

ExitCode exit_code_of(const sdk::Failure& failure) {
  switch (failure.kind) {
    case sdk::FailureKind::usage:
      return ExitCode::usage;
    case sdk::FailureKind::transport:
    case sdk::FailureKind::timeout:
      return ExitCode::network;
    case sdk::FailureKind::cancelled:
      return ExitCode::interrupted;
    case sdk::FailureKind::http_status:
      return exit_code_of_status(failure);
    case sdk::FailureKind::decoding:
      return ExitCode::server_failed;
    case sdk::FailureKind::file:
      return ExitCode::internal;
  }
  return ExitCode::internal;
}

}  // namespace farthing::cli
