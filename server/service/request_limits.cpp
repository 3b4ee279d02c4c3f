// SPDX-License-Identifier: Apache-2.0
#include "server/service/request_limits.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <utility>

#include "base/address_block.hpp"

namespace farthing::service {
namespace {

constexpr std::size_t kKeys = 65'536;
constexpr std::size_t kAddresses = 16'384;
constexpr std::uint32_t kMaxRequests = 1'000'000;
constexpr std::uint32_t kMaxPeriod = 86'400;

std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t max) {
  std::uint32_t count = 0;
  const char* end = text.data() + text.size();
  const auto [stopped_at, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || stopped_at != end || count < 1 || count > max) return {};
  return count;
}

Id128 counted_as(const IpAddress& address) {
  Id128 id;
  std::ranges::copy(address_block_of(address).bytes(), id.bytes.begin());
  // IPv4 addresses differ in their second half only, and the first must not be zero.
  if (address.is_v4()) id.bytes[0] = 0xff;
  return id;
}

}  // namespace

std::optional<directory::RateLimit> parse_rate_limit(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos || !text.ends_with('s')) return {};
  const auto requests = parse_count(text.substr(0, slash), kMaxRequests);
  const auto per_s = parse_count(text.substr(slash + 1, text.size() - slash - 2), kMaxPeriod);
  if (!requests || !per_s) return {};
  return directory::RateLimit{.requests = *requests, .per_s = *per_s};
}

Error rate_limit_exceeded(const RateVerdict& verdict, std::string message) {
  Error error = make_error(ErrorCode::rate_limit_exceeded, std::move(message));
  const auto wait = std::chrono::ceil<std::chrono::seconds>(verdict.retry_after);
  error.details = {{std::string(kRetryAfterDetail), std::to_string(wait.count())}};
  return error;
}

RateVerdict count_in(IdTable<RateMeter>& table, const Id128& id, const directory::RateLimit& limit,
                     std::chrono::nanoseconds now) {
  RateMeter& meter =
      table.find_or_claim(id, [](const RateMeter& present) { return present.busy_until_ns(); });
  return meter.take(limit, now);
}

std::chrono::nanoseconds coarse_now() {
  std::timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

Instant coarse_wall_now() {
  std::timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return Instant::from_us(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000);
}

RequestLimits::RequestLimits(const RateLimits& limits)
    : limits_(limits), keys_(kKeys), addresses_(kAddresses) {}

std::optional<RateVerdict> RequestLimits::count_use(const directory::ApiKey& key, KeyUser user,
                                                    std::chrono::nanoseconds now) {
  std::optional<directory::RateLimit> limit = key.rate_limit;
  const bool is_user_key = key.scopes == directory::Scopes(directory::Scope::user);
  if (!limit && is_user_key && user == KeyUser::holder) limit = limits_.user_keys;
  if (!limit) return {};
  return count_in(keys_, key.id.value, *limit, now);
}

std::optional<RateVerdict> RequestLimits::count_failure(const IpAddress& address,
                                                        std::chrono::nanoseconds now) {
  if (!limits_.failures) return {};
  return count_in(addresses_, counted_as(address), *limits_.failures, now);
}

}  // namespace farthing::service
