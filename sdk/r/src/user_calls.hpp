// SPDX-License-Identifier: Apache-2.0
// The two calls of the user API, for R. They return every answer, whatever its status.
#pragma once

#include <cpp11.hpp>

namespace farthing::r {

// Return a list: model (NULL unless all is well), failure (NULL when all is well), and, if there
// was an answer, status, headers (a named list), body (raw), url, request_id and attempts.
// `data_file` is NULL or a path.
SEXP user_account(SEXP settings, SEXP data_file);
SEXP user_balance(SEXP settings, SEXP organization, SEXP data_file);

}  // namespace farthing::r
