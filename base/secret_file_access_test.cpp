// SPDX-License-Identifier: Apache-2.0
#include "base/secret_file_access.hpp"

#include <gtest/gtest.h>

namespace farthing::secret_file_access_test {

struct stat status_of(mode_t mode, uid_t owner) {
  struct stat status {};
  status.st_mode = mode;
  status.st_uid = owner;
  return status;
}

TEST(SecretFileAccess, JudgesTheModeAndTheOwner) {
  constexpr uid_t kRoot = 0;
  constexpr uid_t kUser = 1'000;
  struct Line {
    mode_t mode;
    uid_t owner;
    bool is_private;
  };
  const Line table[] = {
      {0600, kUser, true},  {0400, kUser, true},  {0700, kUser, true},  {0640, kUser, false},
      {0620, kUser, false}, {0604, kUser, false}, {0602, kUser, false}, {0644, kUser, false},
      {0610, kUser, true},  {0600, kRoot, true},  {0440, kRoot, true},  {0640, kRoot, true},
      {0660, kRoot, false}, {0444, kRoot, false}, {0644, kRoot, false}, {0642, kRoot, false},
  };
  for (const Line& line : table) {
    EXPECT_EQ(!find_access_of_others(status_of(S_IFREG | line.mode, line.owner)), line.is_private)
        << std::oct << line.mode << " of " << std::dec << line.owner;
  }
  EXPECT_EQ(find_access_of_others(status_of(S_IFREG | 0644, kUser)),
            "can be read or changed by other users (mode 0644)");
}

TEST(SecretFileAccess, JudgesRegularFilesOnly) {
  for (const mode_t kind : {S_IFIFO, S_IFSOCK, S_IFCHR}) {
    EXPECT_FALSE(find_access_of_others(status_of(kind | 0666, 1'000)));
  }
}

TEST(SecretFileAccess, IsAllowedByOneWordOnly) {
  EXPECT_EQ(parse_shared_secrets("true"), SharedSecrets::allowed);
  for (const char* other : {"", "false", "1", "True", "yes"}) {
    EXPECT_EQ(parse_shared_secrets(other), SharedSecrets::refused) << other;
  }
}

}  // namespace farthing::secret_file_access_test
