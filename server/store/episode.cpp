// SPDX-License-Identifier: Apache-2.0
#include "server/store/episode.hpp"

#include <algorithm>

namespace farthing::store {

void Episode::note_trouble(Time now) {
  last_trouble_ = now;
  if (!trouble_since_) trouble_since_ = now;
  begin_if_due(now);
}

void Episode::note_success(Time now) {
  trouble_since_.reset();
  look(now);
}

void Episode::look(Time now) {
  if (trouble_since_) begin_if_due(now);
  if (!is_on_) return;
  const auto calm = now - last_trouble_;
  const bool is_over =
      trouble_since_ ? rules_.ends_unasked && calm >= kLongestQuiet : calm >= quiet_;
  if (!is_over) return;
  is_on_ = false;
  trouble_since_.reset();
  ended_at_ = now;
}

void Episode::begin_if_due(Time now) {
  if (is_on_ || now - *trouble_since_ < rules_.begins_after) return;
  is_on_ = true;
  const bool is_relapse = ended_at_ && now - *ended_at_ <= kLongestQuiet;
  quiet_ = is_relapse ? std::min(quiet_ * 2, kLongestQuiet) : kFirstQuiet;
}

}  // namespace farthing::store
