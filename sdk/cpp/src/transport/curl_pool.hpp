// SPDX-License-Identifier: Apache-2.0
// The libcurl handles that are not in use, with their connections open. A pool belongs to the
// process that made it. Safe from many threads at once.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include <farthing/transport.hpp>

#include "sdk/cpp/src/transport/curl_handle.hpp"

namespace farthing::sdk {

class CurlPool {
 public:
  // `options` must outlive the pool. `inherited` is the pool that a parent process left in this
  // one, if any: it stays reachable and is never destroyed, because destroying it would talk to its
  // servers.
  CurlPool(const CurlTransportOptions& options, CurlPool* inherited);

  // Returns whether this process made the pool, and not a parent. Makes no system call.
  bool is_ours() const;

  // Returns the handle that was given back last, since its connection is the least likely to be
  // closed, or a new one. Returns null when libcurl has no memory.
  CurlHandle* take();
  void give_back(CurlHandle* handle);

  // Closes the sockets of all handles. Called in a child, once.
  void close_inherited_sockets() noexcept;

 private:
  const CurlTransportOptions& options_;
  CurlPool* const inherited_;
  const std::uint64_t fork_count_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<CurlHandle>> all_;
  std::vector<CurlHandle*> idle_;
};

}  // namespace farthing::sdk
