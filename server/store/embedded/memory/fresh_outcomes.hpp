// SPDX-License-Identifier: Apache-2.0
// The outcomes that idempotency keys led to lately. They may not be in the derived part yet, and
// are found in the batches that hold them. Together with a look-up in the derived part that was
// made when it had got to `forgotten_to()` or further, this knows every key. Keys are kept by runs,
// which are forgotten as a whole, in tables without a node for each key. Used by the committer's
// thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "server/store/embedded/journal/journal_record.hpp"

namespace farthing::store::embedded {

class FreshOutcomes {
 public:
  // Valid until the batch is forgotten.
  struct Place {
    const JournalBatch* batch;
    std::size_t index;
  };

  // Takes in that `key` led to the outcome that begins at `index` of `batch`. The key must be new;
  // batches come in order.
  void add(const std::shared_ptr<const JournalBatch>& batch, OrganizationId organization,
           std::string_view key, std::size_t index);
  // Finds where the outcome that the key led to begins. All of its entries are in one batch.
  std::optional<Place> find(OrganizationId organization, std::string_view key) const;
  // Makes what is added from here on belong to the next run.
  void begin_run();
  // Forgets the runs that have no batch after `number`, which must be derived.
  void forget(std::uint64_t number);
  // Returns the number of the last batch that was forgotten.
  std::uint64_t forgotten_to() const { return forgotten_to_; }

 private:
  class Run {
   public:
    void add(const std::shared_ptr<const JournalBatch>& batch, std::size_t hash,
             OrganizationId organization, std::string_view key, std::size_t index);
    std::optional<Place> find(std::size_t hash, OrganizationId organization,
                              std::string_view key) const;
    std::uint64_t last_batch() const { return batches_.empty() ? 0 : batches_.back()->number; }
    bool is_empty() const { return batches_.empty(); }

   private:
    struct Outcome {
      std::size_t hash;
      const JournalBatch* batch;
      Id128 organization;
      std::size_t key_offset;
      std::uint32_t key_size;
      std::uint32_t index;
    };
    void grow();
    void place(std::uint32_t number);

    std::vector<std::shared_ptr<const JournalBatch>> batches_;
    std::vector<Outcome> outcomes_;
    std::string keys_;                  // of all outcomes, end to end
    std::vector<std::uint32_t> slots_;  // open addressing: an outcome's place + 1, or 0
  };

  std::deque<Run> runs_;
  std::uint64_t forgotten_to_ = 0;
};

}  // namespace farthing::store::embedded
