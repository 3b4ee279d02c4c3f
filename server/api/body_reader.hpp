// SPDX-License-Identifier: Apache-2.0
// Fills an input from a request's body: checks its encoding, the media type, the JSON and the
// members, in this order.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/json/json_reader.hpp"
#include "server/api/body_spec.hpp"
#include "server/http/request.hpp"

namespace farthing::api {

// Returns the body as a document, which is not to outlive the request. Passes over a byte order mark
// in front of it. Fails with 415 when it is compressed or not sent as application/json, with 400
// when it is no JSON.
Result<JsonDocument> read_json_body(const http::Request& request);

// Returns what is wrong with a document, in a sentence for whoever wrote it.
std::string sentence_about(const JsonFault& fault);

template <class Input>
Result<Done> read_body(const http::Request& request, const BodySpec<Input>& spec, Input& input) {
  const auto document = read_json_body(request);
  if (!document) return document.error();
  return spec.read(**document, input);
}

// Reads a body whose members are all optional: no body says what an empty object does, and so does
// null, which Go's generated clients send for a body that nobody set.
template <class Input>
Result<Done> read_optional_body(const http::Request& request, const BodySpec<Input>& spec,
                                Input& input) {
  if (request.body().empty()) return Done{};
  const auto document = read_json_body(request);
  if (!document) return document.error();
  if ((*document)->is_null()) return Done{};
  return spec.read(**document, input);
}

// Refuses any body but an object without members, for requests that say all in their path.
Result<Done> expect_no_body(const http::Request& request);

}  // namespace farthing::api
