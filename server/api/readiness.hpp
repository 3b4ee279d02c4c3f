// SPDX-License-Identifier: Apache-2.0
// The answer of /readyz: whether requests should be sent to this node, and what it refuses. It is
// 503 when the node refuses movements or reads for reasons of its own. For a reason that all nodes
// share it is 200 with the status "degraded", so that a balancer does not take all nodes out. With
// `?for=` and a kind of work (limitation.hpp), it is 503 when that is refused, for whatever reason.
#pragma once

#include <vector>

#include "base/error.hpp"
#include "server/http/request.hpp"
#include "server/http/response.hpp"
#include "server/service/operations.hpp"

namespace farthing::api {

// Returns the answer. Fails when the request asks for a kind of work that does not exist. Says what
// is wrong inside at the operators' own port only.
Result<http::Response> make_readiness(const http::Request& request,
                                      const std::vector<service::Limitation>& limitations);

}  // namespace farthing::api
