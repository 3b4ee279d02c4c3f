// SPDX-License-Identifier: Apache-2.0
// The one place that makes a response of an `Error`, and so says how errors look on the wire. The
// path decides: v1alpha has bodies and a content type of its own.
#pragma once

#include <functional>
#include <string_view>

#include "base/error.hpp"
#include "base/json/json_writer.hpp"
#include "server/http/handler.hpp"
#include "server/http/response.hpp"

namespace farthing::api {

// The name of the detail that also becomes the header Allow (405).
inline constexpr std::string_view kAllowDetail = "allow";
// The name of the detail that also becomes the header Accept-Encoding (415), which RFC 9110 wants
// when the coding of a body was refused, and only then.
inline constexpr std::string_view kAcceptEncodingDetail = "accept_encoding";

// Writes further members of an object that is begun.
using WriteMembers = std::function<void(JsonWriter&)>;

// Returns the response for an error. `request_id` becomes the body's `id`; the transport sends it
// as X-Request-Id too. `write_more` may add members where the form of the path's version has room
// for them.
http::Response make_problem(const Error& error, std::string_view path, std::string_view request_id,
                            const WriteMembers& write_more = {});

// Writes what an error says besides the request's id, as members of an object that is begun.
void write_error_members(JsonWriter& writer, const Error& error);

// Returns the response for a refusal by the transport, which knows the status only.
http::Response make_problem(const http::TransportError& error);

}  // namespace farthing::api
