// SPDX-License-Identifier: Apache-2.0
// Any bytes as one request: the head whole, a chunked body in pieces whose size the first byte
// says. What is accepted has to hold what the handlers rely on.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/check.hpp"
#include "server/http/head_scanner.hpp"
#include "server/http/request.hpp"
#include "server/http/request_parser.hpp"

namespace {

using namespace farthing::http;

void check_request(const Request& request, std::string_view head) {
  CHECK(!request.path().empty());
  CHECK(request.path() == "*" || request.path().front() == '/');
  CHECK(request.path().data() >= head.data());
  CHECK(request.path().data() + request.path().size() <= head.data() + head.size());
  for (const std::string_view name : {"host", "authorization", "organization", "content-type"}) {
    const auto value = request.header(name);
    CHECK(value.has_value() == (request.header_count(name) > 0));
    CHECK(!value || value->find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos);
  }
}

void read_chunks(RequestParser& parser, std::string_view body, std::size_t piece) {
  std::size_t begin = 0;
  std::size_t end = 0;
  while (end < body.size() && !parser.is_complete()) {
    end = std::min(end + piece, body.size());
    std::size_t used = 0;
    if (parser.parse_chunks(body.substr(begin, end - begin), used)) return;
    CHECK(used <= end - begin);
    begin += used;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  constexpr std::size_t kMaxBody = 4096;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  HeadScanner scanner;
  if (!scanner.scan(bytes, {4096, 1024, 50}) || scanner.refusal()) return 0;
  const std::string_view head = bytes.substr(0, scanner.head_size());
  Request request;
  std::string joined;
  RequestParser parser(request, joined, {1024, kMaxBody});
  if (parser.parse_head(head)) return 0;
  check_request(request, head);
  CHECK(parser.body_size() <= kMaxBody);
  if (parser.is_chunked()) read_chunks(parser, bytes.substr(head.size()), std::size_t{data[0]} + 1);
  CHECK(joined.size() <= kMaxBody);
  return 0;
}
