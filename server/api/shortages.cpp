// SPDX-License-Identifier: Apache-2.0
#include "server/api/shortages.hpp"

namespace farthing::api {
namespace {

service::Limitation describe(http::Shortage shortage, Instant since) {
  service::Limitation limitation{
      .name = {}, .cause = service::Cause::node, .refused = {}, .message = {}, .since = since};
  switch (shortage) {
    case http::Shortage::connections:
      limitation.name = "connections";
      limitation.refused = service::WorkSet::all();
      limitation.message =
          "All connections that limits.connections permits are in use, and the server is working "
          "for each of them: new clients get 503.";
      break;
    case http::Shortage::request_memory:
      limitation.name = "request_memory";
      limitation.message =
          "What limits.request_memory_bytes permits is in use: requests with large heads or bodies "
          "get 503, and connections that do not take large answers are cut.";
      break;
  }
  return limitation;
}

}  // namespace

void Shortages::note(http::Shortage shortage, TimePoint now, Instant at) {
  const std::lock_guard lock(mutex_);
  Row& row = rows_.at(static_cast<std::size_t>(shortage));
  if (!row.last || *row.last + kLasts <= now) row.since = at;
  row.last = now;
}

std::vector<service::Limitation> Shortages::all(TimePoint now) const {
  std::vector<service::Limitation> found;
  const std::lock_guard lock(mutex_);
  for (const http::Shortage shortage :
       {http::Shortage::connections, http::Shortage::request_memory}) {
    const Row& row = rows_.at(static_cast<std::size_t>(shortage));
    if (row.last && now < *row.last + kLasts) found.push_back(describe(shortage, row.since));
  }
  return found;
}

}  // namespace farthing::api
