// SPDX-License-Identifier: Apache-2.0
#include "server/service/refusal_counts.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/address_block.hpp"

namespace farthing::service {
namespace {

constexpr std::array<std::string_view, kRefusalKinds> kNames = {
    "wrong_keys", "wrong_networks", "rate_limits", "handshakes", "large_requests"};

std::string name_of(const std::optional<IpAddress>& address) {
  if (!address) return "unknown";
  return address->is_v4() ? address->to_string() : address->to_string() + "/64";
}

}  // namespace

std::string_view to_string(Refusal kind) { return kNames[static_cast<std::size_t>(kind)]; }

void RefusalCounts::note(Refusal kind, const std::optional<IpAddress>& address,
                         std::optional<ApiKeyId> key) {
  std::optional<IpAddress> block;
  if (address) block = address_block_of(*address);
  std::unique_lock lock(mutex_);
  const bool is_first = rows_.empty();
  const bool has_room = rows_.size() < kMaxAddresses || rows_.contains(block);
  Row* const row = has_room ? &rows_[block] : nullptr;
  ++(row != nullptr ? row->numbers : beyond_)[static_cast<std::size_t>(kind)];
  if (row != nullptr && key) row->last_key = key;
  lock.unlock();
  if (is_first) changed_.notify_one();
}

bool RefusalCounts::wait(std::stop_token stop) {
  std::unique_lock lock(mutex_);
  return changed_.wait(lock, std::move(stop), [this] { return !rows_.empty(); });
}

std::vector<std::string> RefusalCounts::take_lines() {
  Rows rows;
  Numbers others{};
  {
    const std::lock_guard lock(mutex_);
    rows.swap(rows_);
    std::swap(others, beyond_);
  }
  std::vector<const Rows::value_type*> by_number;
  by_number.reserve(rows.size());
  for (const auto& row : rows) by_number.push_back(&row);
  std::ranges::stable_sort(by_number, [](const auto* a, const auto* b) {
    return sum_of(a->second.numbers) > sum_of(b->second.numbers);
  });
  std::vector<std::string> lines;
  const bool has_more = sum_of(others) > 0;
  for (std::size_t i = 0; i < by_number.size(); ++i) {
    if (i < kMaxAddressLines) {
      lines.push_back(line_of(*by_number[i]));
      continue;
    }
    const Numbers& numbers = by_number[i]->second.numbers;
    std::ranges::transform(others, numbers, others.begin(), std::plus());
  }
  if (sum_of(others) > 0) {
    const std::size_t count = by_number.size() - std::min(by_number.size(), kMaxAddressLines);
    std::string line = "requests were refused clients=";
    line += (has_more ? "more than " : "") + std::to_string(count) + " others";
    append_numbers(others, line);
    lines.push_back(std::move(line));
  }
  return lines;
}

std::uint64_t RefusalCounts::sum_of(const Numbers& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), std::uint64_t{0});
}

void RefusalCounts::append_numbers(const Numbers& numbers, std::string& line) {
  for (std::size_t kind = 0; kind < numbers.size(); ++kind) {
    if (numbers[kind] == 0) continue;
    line.append(" ").append(kNames[kind]).append("=").append(std::to_string(numbers[kind]));
  }
}

std::string RefusalCounts::line_of(const Rows::value_type& row) {
  std::string line = "requests were refused client=" + name_of(row.first);
  append_numbers(row.second.numbers, line);
  if (row.second.last_key) line += " last_key=" + row.second.last_key->to_string();
  return line;
}

}  // namespace farthing::service
