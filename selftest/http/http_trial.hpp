// SPDX-License-Identifier: Apache-2.0
// Random histories of all commands against a server, over HTTP: every answer is compared with the
// model of the ledger (status, amounts, balance, the hold and the charge that it shows), a repeated
// request must get the first answer again, and the entries that the server then shows must be those
// of the model. The organizations take turns, and each has one request at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <farthing/client.hpp>
#include "base/instant.hpp"
#include "model/auditor.hpp"
#include "model/history.hpp"
#include "selftest/http/request.hpp"
#include "server/ledger/entry.hpp"

namespace farthing::selftest {

// The server of a trial.
class HttpSubject {
 public:
  virtual ~HttpSubject() = default;
  // Returns the operator's client, another one after `disturb`.
  virtual const sdk::Client& client() = 0;
  // Sets the server's time to `at`, if it can be set; returns whether it can.
  virtual bool set_time(Instant at) = 0;
  // Returns whether the server has declared the tags of a history.
  virtual bool has_tags() const = 0;
  // Called now and then between requests; may end the server and start it again. Returns what
  // prevented that, if anything.
  virtual std::optional<std::string> disturb() { return {}; }
  // Returns what is known of a server that gives no answer.
  virtual std::string describe_silence() { return {}; }
};

struct HttpTally {
  std::uint64_t requests = 0;
  std::uint64_t replays = 0;
  std::uint64_t entries = 0;
  std::uint64_t organizations = 0;
};

class HttpTrial {
 public:
  // `subject` must outlive the trial.
  HttpTrial(HttpSubject& subject, std::uint64_t seed);
  ~HttpTrial();

  // Sends some requests and returns the first deviation; nothing when all is as it must be. Nothing
  // may be called after a deviation.
  std::optional<std::string> play_round();

  const HttpTally& tally() const { return tally_; }
  // Returns how often each thing was seen, by name of entry kind or error.
  std::map<std::string, int> seen() const;

 private:
  class Follower;

  std::optional<std::string> begin_organization();

  HttpSubject& subject_;
  std::mt19937_64 random_;
  std::uint64_t next_history_;
  std::vector<std::unique_ptr<Follower>> followers_;
  std::map<std::string, int> seen_;  // by those that were left
  Instant latest_;                   // at which anything was asked
  HttpTally tally_;
};

}  // namespace farthing::selftest
