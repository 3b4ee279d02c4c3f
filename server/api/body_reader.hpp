// SPDX-License-Identifier: Apache-2.0
// From a request to its filled-in input: the media type, the JSON and the members, checked in this
// order.
#pragma once

#include <string>

#include "base/error.hpp"
#include "base/json/json_reader.hpp"
#include "server/api/body_spec.hpp"
#include "server/http/request.hpp"

namespace farthing::api {

// The body as a document, which is not to outlive the request. 415 when it is not sent as
// application/json, 400 when it is no JSON.
Result<JsonDocument> read_json_body(const http::Request& request);

// Returns what is wrong with a document, in a sentence for whoever wrote it.
std::string sentence_about(const JsonFault& fault);

template <class Input>
Result<Done> read_body(const http::Request& request, const BodySpec<Input>& spec, Input& input) {
  const auto document = read_json_body(request);
  if (!document) return document.error();
  return spec.read(**document, input);
}

// The same when every member is optional: no body says what an empty object does.
template <class Input>
Result<Done> read_optional_body(const http::Request& request, const BodySpec<Input>& spec,
                                Input& input) {
  if (request.body().empty()) return Done{};
  return read_body(request, spec, input);
}

// For requests that say all in their path: no body, or an object without members.
Result<Done> expect_no_body(const http::Request& request);

}  // namespace farthing::api
