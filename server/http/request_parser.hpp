// SPDX-License-Identifier: Apache-2.0
// Parses one request with Beast's parser, makes the checks that Beast leaves to its user, and fills
// a `Request` with positions instead of copies. Made anew for each request. Used on one thread.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/head_scanner.hpp"
#include "server/http/request.hpp"

namespace farthing::http {

class RequestParser final : private boost::beast::http::basic_parser<true> {
 public:
  struct Limits {
    std::size_t max_target;
    std::size_t max_body;
  };

  // `request` has been cleared; `joined` receives the body of a chunked request. Both outlive the
  // parser.
  RequestParser(Request& request, std::string& joined, Limits limits);

  // Reads a whole head, as the scanner found it. The request's views work while `head` stays where
  // it is; `rebase` moves them.
  std::optional<Refusal> parse_head(std::string_view head);
  void rebase(const char* head);

  // Returns whether the body is sent in chunks. Needs `parse_head`, as do the next two.
  bool is_chunked() const { return chunked(); }
  // Returns the body's size in bytes; 0 when there is no body or it is chunked.
  std::size_t body_size() const { return body_size_; }
  // Returns whether the client waits for "100 Continue" before it sends the body.
  bool expects_continue() const { return expects_continue_; }

  // Allows the body no more than so many bytes from now on. Refuses when more have been announced
  // already.
  std::optional<Refusal> limit_body(std::size_t max_body);

  // Reads what has arrived of a chunked body and appends the data to `joined`. `used` says how many
  // bytes are done with. Refuses sizes, extensions and a trailer that take more than a fixed room
  // and some for each byte of the data; no client that does without extensions needs as much.
  std::optional<Refusal> parse_chunks(std::string_view bytes, std::size_t& used);
  bool is_complete() const { return is_done(); }

  // Gives the request its whole body.
  void set_body(std::string_view body);

 private:
  using Field = boost::beast::http::field;
  using ErrorCode = boost::beast::error_code;
  using StringView = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, StringView method, StringView target,
                       int version, ErrorCode& ec) override;
  void on_response_impl(int code, StringView reason, int version, ErrorCode& ec) override;
  void on_field_impl(Field name, StringView name_text, StringView value, ErrorCode& ec) override;
  void on_header_impl(ErrorCode& ec) override;
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, ErrorCode& ec) override;
  std::size_t on_body_impl(StringView data, ErrorCode& ec) override;
  void on_chunk_header_impl(std::uint64_t size, StringView extensions, ErrorCode& ec) override;
  std::size_t on_chunk_body_impl(std::uint64_t remaining, StringView data, ErrorCode& ec) override;
  void on_finish_impl(ErrorCode& ec) override;

  // Notes why, and makes Beast stop.
  void refuse(ErrorCode& ec, int status, std::string_view message);
  std::optional<Refusal> refusal_for(ErrorCode ec) const;

  Request::Span span(StringView text) const;
  void take_target(std::string_view target, ErrorCode& ec);
  void note_known(Field name, std::string_view name_text, Request::Span value);

  Request& request_;
  std::string& joined_;
  Limits limits_;
  std::size_t body_size_ = 0;
  std::size_t chunked_size_ = 0;  // with the whole of the present chunk
  std::size_t framing_size_ = 0;  // of the chunks that have been read, all that is no data
  std::uint16_t hosts_ = 0;
  bool content_length_seen_ = false;
  bool expects_continue_ = false;
  bool head_done_ = false;
  std::optional<Refusal> refusal_;
};

}  // namespace farthing::http
