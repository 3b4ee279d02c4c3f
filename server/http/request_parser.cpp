// SPDX-License-Identifier: Apache-2.0
#include "server/http/request_parser.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <limits>

#include "server/http/ascii.hpp"

namespace farthing::http {

namespace {

namespace beast_http = boost::beast::http;

std::string_view to_std(boost::beast::string_view text) { return {text.data(), text.size()}; }

// A chunk of one byte has five beside it, or six when its size begins with a zero.
constexpr std::size_t kFramingForEachByte = 8;
constexpr std::size_t kFramingAtAll = std::size_t{16} * 1024;

constexpr std::string_view kBodyTooLarge = "The body is too large.";

constexpr bool is_visible_ascii(char c) { return c > 0x20 && c < 0x7f; }

constexpr ByteSet kTargetBytes([](char c) { return is_visible_ascii(c) && c != '#'; });

// The bytes of a URI's host and port, which are empty where there is no authority.
constexpr ByteSet kAuthorityBytes([](char c) {
  return is_visible_ascii(c) &&
         std::string_view("/\\?#@\"<>^`{|}").find(c) == std::string_view::npos;
});

// Returns the size of "http://" or "https://" at the begin of `target`, else 0.
std::size_t scheme_size(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (equal_ignoring_case(target.substr(0, scheme.size()), scheme)) return scheme.size();
  }
  return 0;
}

}  // namespace

RequestParser::RequestParser(Request& request, std::string& joined, Limits limits)
    : request_(request), joined_(joined), limits_(limits) {
  // The scanner has enforced the limit of the head, and this class enforces that of the body, so
  // that a refusal comes with the right status.
  header_limit(std::numeric_limits<std::uint32_t>::max());
  body_limit(boost::none);
  eager(true);
}

std::optional<Refusal> RequestParser::parse_head(std::string_view head) {
  request_.head_ = head.data();
  ErrorCode ec;
  put(boost::asio::buffer(head.data(), head.size()), ec);
  if (ec && !(head_done_ && ec == beast_http::error::need_more)) return refusal_for(ec);
  if (!head_done_) return Refusal{400, "The request is malformed."};
  return {};
}

void RequestParser::rebase(const char* head) { request_.head_ = head; }

std::optional<Refusal> RequestParser::parse_chunks(std::string_view bytes, std::size_t& used) {
  // The last chunk has at least its "0", a line end and the empty line. Beast asserts that it sees
  // as much when it comes back to one that it has seen the first line of.
  constexpr std::size_t kLastChunkBytes = 5;
  used = 0;
  if (bytes.size() < kLastChunkBytes && bytes.starts_with('0')) return {};
  const std::size_t joined = joined_.size();
  ErrorCode ec;
  used = put(boost::asio::buffer(bytes.data(), bytes.size()), ec);
  if (ec && ec != beast_http::error::need_more) return refusal_for(ec);
  framing_size_ += used - (joined_.size() - joined);
  if (framing_size_ > kFramingAtAll + kFramingForEachByte * joined_.size()) {
    return Refusal{400, "The body's chunks have too much beside their data."};
  }
  return {};
}

std::optional<Refusal> RequestParser::limit_body(std::size_t max_body) {
  limits_.max_body = std::min(limits_.max_body, max_body);
  if (std::max(body_size_, chunked_size_) > limits_.max_body) return Refusal{413, kBodyTooLarge};
  return {};
}

void RequestParser::set_body(std::string_view body) { request_.body_ = body; }

void RequestParser::on_request_impl(beast_http::verb, StringView method, StringView target,
                                    int version, ErrorCode& ec) {
  request_.version_ = version == 10 ? Version::http_1_0 : Version::http_1_1;
  request_.target_ = span(target);
  if (target.size() > limits_.max_target) {
    return refuse(ec, 414, "The request target is too long.");
  }
  const auto known = find_method(to_std(method));
  if (!known) return refuse(ec, 501, "The request method is not known here.");
  request_.method_ = *known;
  take_target(to_std(target), ec);
}

void RequestParser::take_target(std::string_view target, ErrorCode& ec) {
  if (!kTargetBytes.has_all(target)) {
    return refuse(ec, 400, "The request target has a character that is not allowed.");
  }
  const auto begin = request_.target_.begin;
  const auto size = request_.target_.size;
  if (target == "*" && request_.method_ == Method::options) {
    request_.path_ = request_.target_;
    return;
  }
  std::size_t path = 0;
  if (target[0] != '/') {
    const std::size_t scheme = scheme_size(target);
    path = std::min(target.find_first_of("/?", scheme), target.size());
    if (scheme == 0 || path == scheme ||
        !kAuthorityBytes.has_all(target.substr(scheme, path - scheme))) {
      return refuse(ec, 400, "The request target is malformed.");
    }
  }
  const std::size_t mark = std::min(target.find('?', path), target.size());
  request_.path_ = {begin + static_cast<std::uint32_t>(path),
                    static_cast<std::uint32_t>(mark - path)};
  // "http://host" without a path means "/"; there is one in front of the host.
  if (mark == path) request_.path_ = {begin + static_cast<std::uint32_t>(target.find('/')), 1};
  if (mark < target.size()) {
    const auto after = static_cast<std::uint32_t>(mark + 1);
    request_.query_ = {begin + after, size - after};
  }
}

// Beast never calls this for a request.
void RequestParser::on_response_impl(int, StringView, int, ErrorCode&) {}

void RequestParser::on_field_impl(Field name, StringView name_text, StringView value,
                                  ErrorCode& ec) {
  // Fields after the last chunk say nothing that we want to know.
  if (head_done_) return;
  const Request::Span value_span = span(value);
  request_.fields_.push_back({span(name_text), value_span});
  switch (name) {
    case Field::host:
      ++hosts_;
      if (!kAuthorityBytes.has_all(to_std(value))) refuse(ec, 400, "The header Host is malformed.");
      return;
    case Field::content_length:
      // Beast lets "5, 5" and repeated equal values pass.
      if (content_length_seen_ || !std::all_of(value.begin(), value.end(), http::is_digit)) {
        return refuse(ec, 400, "The header Content-Length is malformed or repeated.");
      }
      content_length_seen_ = true;
      return;
    case Field::transfer_encoding:
      if (request_.version_ == Version::http_1_0) {
        return refuse(ec, 400, "HTTP/1.0 has no Transfer-Encoding.");
      }
      if (!equal_ignoring_case(to_std(value), "chunked")) {
        refuse(ec, 501, "The only Transfer-Encoding known here is chunked.");
      }
      return;
    case Field::expect:
      if (request_.version_ == Version::http_1_0) return;
      if (!equal_ignoring_case(to_std(value), "100-continue")) {
        return refuse(ec, 417, "The only expectation known here is 100-continue.");
      }
      expects_continue_ = true;
      return;
    default:
      return note_known(name, to_std(name_text), value_span);
  }
}

void RequestParser::note_known(Field name, std::string_view name_text, Request::Span value) {
  KnownHeader known;
  if (name == Field::authorization) {
    known = KnownHeader::authorization;
  } else if (name == Field::content_type) {
    known = KnownHeader::content_type;
  } else if (name == Field::accept) {
    known = KnownHeader::accept;
  } else if (name == Field::content_encoding) {
    known = KnownHeader::content_encoding;
  } else if (name == Field::organization) {
    known = KnownHeader::organization;
  } else if (name == Field::unknown && equal_ignoring_case(name_text, "idempotency-key")) {
    known = KnownHeader::idempotency_key;
  } else {
    return;
  }
  Request::Known& entry = request_.known_[static_cast<std::size_t>(known)];
  if (entry.count++ == 0) entry.first = value;
}

void RequestParser::on_header_impl(ErrorCode& ec) {
  head_done_ = true;
  request_.keep_alive_ = keep_alive();
  if (hosts_ > 1 || (hosts_ == 0 && request_.version_ == Version::http_1_1)) {
    return refuse(ec, 400, "There has to be one header Host.");
  }
  const auto size = content_length();
  if (!size) return;
  if (*size > limits_.max_body) return refuse(ec, 413, kBodyTooLarge);
  body_size_ = static_cast<std::size_t>(*size);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>&, ErrorCode&) {}

// A body of known size stays in the input buffer and is never given to the parser.
std::size_t RequestParser::on_body_impl(StringView data, ErrorCode&) { return data.size(); }

void RequestParser::on_chunk_header_impl(std::uint64_t size, StringView extensions, ErrorCode& ec) {
  // A line feed here would be a line's end to some intermediaries.
  if (std::any_of(extensions.begin(), extensions.end(), is_control)) {
    return refuse(ec, 400, "A chunk's extension has a character that is not allowed.");
  }
  if (size > limits_.max_body - joined_.size()) return refuse(ec, 413, kBodyTooLarge);
  chunked_size_ = joined_.size() + static_cast<std::size_t>(size);
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, StringView data, ErrorCode&) {
  joined_.append(data.data(), data.size());
  return data.size();
}

void RequestParser::on_finish_impl(ErrorCode&) {}

void RequestParser::refuse(ErrorCode& ec, int status, std::string_view message) {
  refusal_ = Refusal{status, message};
  ec = beast_http::error::bad_value;
}

std::optional<Refusal> RequestParser::refusal_for(ErrorCode ec) const {
  if (refusal_) return refusal_;
  using beast_http::error;
  if (ec == error::bad_method) return Refusal{400, "The request method is malformed."};
  if (ec == error::bad_target) return Refusal{400, "The request target is malformed."};
  if (ec == error::bad_field) return Refusal{400, "The name of a header is malformed."};
  if (ec == error::bad_value) return Refusal{400, "The value of a header is malformed."};
  if (ec == error::bad_content_length || ec == error::multiple_content_length) {
    return Refusal{400, "The header Content-Length is malformed, repeated or contradicted."};
  }
  if (ec == error::bad_transfer_encoding) {
    return Refusal{400, "The header Transfer-Encoding is repeated or contradicted."};
  }
  if (ec == error::bad_chunk || ec == error::bad_chunk_extension || ec == error::bad_line_ending) {
    return Refusal{400, head_done_ ? std::string_view("The body's chunks are malformed.")
                                   : std::string_view("A line of the request is malformed.")};
  }
  return Refusal{400, "The request is malformed."};
}

Request::Span RequestParser::span(StringView text) const {
  if (text.empty()) return {};
  return {static_cast<std::uint32_t>(text.data() - request_.head_),
          static_cast<std::uint32_t>(text.size())};
}

}  // namespace farthing::http
