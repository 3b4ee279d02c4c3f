// SPDX-License-Identifier: Apache-2.0
#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include <farthing/transport.hpp>

#include "sdk/cpp/src/transport/curl_pool.hpp"

namespace farthing::sdk {
namespace {

// Initialises libcurl once for the process and never undoes it: other users of libcurl may live
// longer.
bool is_libcurl_ready() {
  static const bool is_ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  return is_ready;
}

class CurlTransport final : public Transport {
 public:
  explicit CurlTransport(CurlTransportOptions options) : options_(std::move(options)) {}

  ~CurlTransport() override {
    CurlPool* pool = pool_.load(std::memory_order_acquire);
    if (pool && pool->is_ours()) delete pool;
  }

  CurlTransport(const CurlTransport&) = delete;
  CurlTransport& operator=(const CurlTransport&) = delete;

  Result<HttpResponse> send(const HttpRequest& request) override {
    if (!is_libcurl_ready()) return no_memory();
    CurlPool& pool = current_pool();
    CurlHandle* handle = pool.take();
    if (!handle) return no_memory();
    const auto give_back = [&pool](CurlHandle* used) { pool.give_back(used); };
    const std::unique_ptr<CurlHandle, decltype(give_back)> borrowed(handle, give_back);
    return handle->send(request);
  }

 private:
  static Failure no_memory() {
    return {.kind = FailureKind::transport, .message = "libcurl could not be initialised"};
  }

  // Returns this process's pool. A forked process makes its own and takes no lock of its parent's,
  // because a thread that it does not have may hold it.
  CurlPool& current_pool() {
    CurlPool* pool = pool_.load(std::memory_order_acquire);
    while (!pool || !pool->is_ours()) {
      auto fresh = std::make_unique<CurlPool>(options_, pool);
      if (pool_.compare_exchange_strong(pool, fresh.get(), std::memory_order_acq_rel)) {
        return *fresh.release();
      }
    }
    return *pool;
  }

  const CurlTransportOptions options_;
  std::atomic<CurlPool*> pool_{nullptr};
};

}  // namespace

std::shared_ptr<Transport> make_curl_transport(CurlTransportOptions options) {
  return std::make_shared<CurlTransport>(std::move(options));
}

}  // namespace farthing::sdk
