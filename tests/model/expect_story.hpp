// SPDX-License-Identifier: Apache-2.0
// A story as a table of a test: what is asked, and what comes of it (story.hpp says how to read
// both).
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/model/story.hpp"

namespace farthing::model {

struct Told {
  std::string command;
  std::string outcome;
};

inline void expect_story(const std::vector<Told>& lines) {
  Story story;
  for (const Told& line : lines) EXPECT_EQ(story.tell(line.command), line.outcome) << line.command;
}

}  // namespace farthing::model
