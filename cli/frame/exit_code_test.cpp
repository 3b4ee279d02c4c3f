// SPDX-License-Identifier: Apache-2.0
#include "cli/frame/exit_code.hpp"

#include <gtest/gtest.h>

namespace farthing::cli::exit_code_test {

using sdk::FailureKind;

struct Case {
  FailureKind kind;
  int status;
  const char* name;  // of the server's error, or null without one
  ExitCode code;
};

class ExitCodes : public testing::TestWithParam<Case> {};

TEST_P(ExitCodes, SayWhatHappened) {
  sdk::Failure failure{.kind = GetParam().kind, .status = GetParam().status};
  if (GetParam().name != nullptr) failure.error = sdk::Error{.name = GetParam().name};
  EXPECT_EQ(exit_code_of(failure), GetParam().code);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ExitCodes,
    testing::Values(
        Case{FailureKind::usage, 0, nullptr, ExitCode::usage},
        Case{FailureKind::transport, 0, nullptr, ExitCode::network},
        Case{FailureKind::timeout, 0, nullptr, ExitCode::network},
        Case{FailureKind::cancelled, 0, nullptr, ExitCode::interrupted},
        Case{FailureKind::decoding, 200, nullptr, ExitCode::server_failed},
        Case{FailureKind::file, 200, nullptr, ExitCode::internal},
        Case{FailureKind::http_status, 302, nullptr, ExitCode::server_failed},
        Case{FailureKind::http_status, 400, "bad_request", ExitCode::refused},
        Case{FailureKind::http_status, 401, "unauthorized", ExitCode::not_authorized},
        Case{FailureKind::http_status, 401, nullptr, ExitCode::not_authorized},
        Case{FailureKind::http_status, 402, "insufficient_credits", ExitCode::refused},
        Case{FailureKind::http_status, 403, "permission_denied", ExitCode::not_authorized},
        Case{FailureKind::http_status, 404, "not_found", ExitCode::refused},
        Case{FailureKind::http_status, 409, "conflict", ExitCode::refused},
        Case{FailureKind::http_status, 429, "rate_limit_exceeded", ExitCode::rate_limited},
        Case{FailureKind::http_status, 429, nullptr, ExitCode::rate_limited},
        Case{FailureKind::http_status, 429, "insufficient_balance", ExitCode::refused},
        Case{FailureKind::http_status, 499, nullptr, ExitCode::refused},
        Case{FailureKind::http_status, 500, "server_error", ExitCode::server_failed},
        Case{FailureKind::http_status, 503, nullptr, ExitCode::server_failed}));

}  // namespace farthing::cli::exit_code_test
