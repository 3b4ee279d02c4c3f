// SPDX-License-Identifier: Apache-2.0
#include "benchmarks/rotation.hpp"

#include <fstream>
#include <random>
#include <utility>

#include "benchmarks/fail.hpp"

namespace farthing::bench {

RandomBits::RandomBits() {
  std::random_device device;
  state_ = (std::uint64_t{device()} << 32) | device();
}

std::uint64_t RandomBits::next() {
  state_ += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = state_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return mixed ^ (mixed >> 31);
}

Rotation::Rotation(std::vector<std::string> items, Order order)
    : items_(std::move(items)), order_(order) {}

const std::string& Rotation::next() {
  if (order_ == Order::random) return items_[random_.next() % items_.size()];
  const std::string& item = items_[position_];
  position_ = position_ + 1 == items_.size() ? 0 : position_ + 1;
  return item;
}

std::vector<std::string> read_lines(const std::string& path, std::size_t limit) {
  std::ifstream file(path);
  if (!file) fail_errno("cannot read " + path);
  std::vector<std::string> lines;
  std::string line;
  while ((limit == 0 || lines.size() < limit) && std::getline(file, line)) {
    if (!line.empty()) lines.push_back(std::move(line));
  }
  if (lines.empty()) fail("no lines in " + path);
  return lines;
}

}  // namespace farthing::bench
