// SPDX-License-Identifier: Apache-2.0
#include "server/api/body_reader.hpp"

#include <string_view>
#include <utility>

#include "server/api/problem.hpp"
#include "server/http/ascii.hpp"

namespace farthing::api {
namespace {

constexpr std::string_view kUnencoded = "identity";

std::string_view without_blanks(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Passes over all parameters: RFC 8259 gives application/json none.
bool is_json(std::string_view content_type) {
  const std::size_t end = content_type.find(';');
  return http::equal_ignoring_case(without_blanks(content_type.substr(0, end)), "application/json");
}

// Returns whether the body is sent as it is. Each coding that is named is one that was applied.
bool is_unencoded(const http::Request& request) {
  constexpr auto kHeader = http::KnownHeader::content_encoding;
  const std::string_view coding = request.header(kHeader).value_or(std::string_view());
  return request.header_count(kHeader) <= 1 &&
         (coding.empty() || http::equal_ignoring_case(coding, kUnencoded));
}

Error encoded_body() {
  Error error = make_error(
      ErrorCode::unsupported_media_type,
      "Bodies are taken uncompressed only. Send the body as it is, without Content-Encoding.");
  error.details = {{std::string(kAcceptEncodingDetail), std::string(kUnencoded)}};
  return error;
}

// Some editors and libraries write this mark in front of a UTF-8 text, and RFC 8259 lets a reader
// pass over it.
std::string_view without_byte_order_mark(std::string_view body) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  if (body.starts_with(kMark)) body.remove_prefix(kMark.size());
  return body;
}

struct NoMembers {};

}  // namespace

Result<JsonDocument> read_json_body(const http::Request& request) {
  if (!is_unencoded(request)) return encoded_body();
  if (!is_json(request.header(http::KnownHeader::content_type).value_or(std::string_view()))) {
    return make_error(ErrorCode::unsupported_media_type);
  }
  const std::string_view body = without_byte_order_mark(request.body());
  if (body.empty()) {
    return make_error(ErrorCode::bad_request, "The body is missing: send a JSON object.");
  }
  auto document = read_json(body);
  if (!document) {
    return make_error(ErrorCode::bad_request,
                      "The body cannot be read. " + sentence_about(document.error()));
  }
  return *std::move(document);
}

std::string sentence_about(const JsonFault& fault) {
  if (!fault.repeated_name) {
    return "It cannot be read as JSON (RFC 8259): " + fault.message + " at byte " +
           std::to_string(fault.offset) + ".";
  }
  if (fault.repeated_name->size() > kMostOfName) {
    return "A member with a long name occurs twice in one object.";
  }
  return "The member \"" + *fault.repeated_name + "\" occurs twice in one object.";
}

Result<Done> expect_no_body(const http::Request& request) {
  if (request.body().empty()) return Done{};
  NoMembers nothing;
  return read_body(request, BodySpec<NoMembers>{}, nothing);
}

}  // namespace farthing::api
