// SPDX-License-Identifier: Apache-2.0
// The calls of the /v1 API, for R, by the names of the methods of the SDK's Client.
#pragma once

#include <cpp11.hpp>

namespace farthing::r {

// Makes a call. `call` is a name such as "list_charges", `arguments` a named list. Returns a list:
// `columns` (see ledger_frames.hpp) and `failure`, of which one is NULL; `next` of a page;
// `replayed`, `idempotency_key` and `request_id` of a request that writes.
SEXP ledger_call(SEXP settings, SEXP call, SEXP arguments);

}  // namespace farthing::r
