// SPDX-License-Identifier: Apache-2.0
#include "server/http/response.hpp"

#include <algorithm>
#include <cstddef>

#include "server/http/ascii.hpp"

namespace farthing::http {

namespace {

// Every answer asks browsers and caches to keep nothing, to take the type as it is told and, if
// somebody has it shown as a page, to load nothing and be in no frame.
constexpr std::string_view kSecurityLines =
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n";

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 304:
      return "Not Modified";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Status";
  }
}

void append_header(std::string& lines, Header header) {
  lines += header.name;
  lines += ": ";
  const auto begin = static_cast<std::ptrdiff_t>(lines.size());
  lines += header.value;
  std::replace_if(lines.begin() + begin, lines.end(), is_control, ' ');
  lines += "\r\n";
}

ResponseHead::ResponseHead(int status, std::string_view content_type,
                           std::initializer_list<Header> headers)
    : status_(status) {
  lines_ = "HTTP/1.1 ";
  lines_ += std::to_string(status);
  lines_ += ' ';
  lines_ += reason_phrase(status);
  lines_ += "\r\nServer: farthing\r\n";
  lines_ += kSecurityLines;
  if (!content_type.empty()) append_header(lines_, {"Content-Type", content_type});
  for (const Header& header : headers) append_header(lines_, header);
}

}  // namespace farthing::http
