// SPDX-License-Identifier: Apache-2.0
#include "selftest/http/http_trial.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <span>
#include <variant>

#include "model/canonical.hpp"
#include "model/comparison.hpp"
#include "selftest/http/response_check.hpp"
#include "selftest/http/wire.hpp"

namespace farthing::selftest {
namespace {

constexpr std::size_t kOrganizations = 3;
constexpr std::size_t kRequestsOfRound = 20;
// The number is small because the auditor searches everything for each answer.
constexpr std::uint64_t kMostEntries = 400;
constexpr std::size_t kRemembered = 100;

// Takes out of the command what no request of its kind carries.
void trim(ledger::Command& command, bool has_tags) {
  ledger::Origin& origin = command.origin;
  const bool is_spending = std::holds_alternative<ledger::CreateCharge>(command.action) ||
                           std::holds_alternative<ledger::PlaceHold>(command.action);
  if (!is_spending) origin.operation = origin.model = "";
  if (!std::holds_alternative<ledger::CreateGrant>(command.action)) {
    origin.price_paid.reset();
    origin.erasable.payment_reference.clear();
  }
  const bool is_limit = std::holds_alternative<ledger::SetOverdraftLimit>(command.action);
  if (is_limit) origin.erasable = {};
  if (is_limit || !has_tags) origin.tags.clear();
}

using Deviation = std::optional<std::string>;

std::string describe(const sdk::Failure& failure) {
  std::string text = failure.message;
  if (failure.status != 0) text += " (status " + std::to_string(failure.status) + ")";
  return text;
}

}  // namespace

// One organization of the trial: its history, and the auditor of its ledger.
class HttpTrial::Follower {
 public:
  Follower(HttpTrial& trial, std::uint64_t seed, OrganizationId organization)
      : trial_(trial),
        history_(seed, seed % 4 == 3 ? model::Amounts::extreme : model::Amounts::usual),
        auditor_(organization),
        organization_(organization) {}

  Deviation step();
  Deviation finish();
  // Sets an overdraft limit, so that there are debts for later credits to repay.
  Deviation set_limit(Credits limit);

  bool is_full() const { return last_seq_ >= kMostEntries; }
  std::map<std::string, int> seen() const;
  std::string place_of(const std::string& complaint) const {
    return "organization " + organization_.to_string() + " after entry " +
           std::to_string(last_seq_) + ": " + complaint;
  }

 private:
  // A request that was carried out, with its first answer.
  struct Remembered {
    ledger::Command command;
    std::string text;
    std::vector<ledger::Entry> own;
  };
  // An instant before a request and one after its answer.
  struct Between {
    Instant before;
    Instant after;
  };

  const sdk::Client& client() { return trial_.subject_.client(); }
  const model::ModelLedger& model() const { return auditor_.model(); }
  ledger::Command next_command();
  Deviation take(ledger::Command command);
  Deviation follow(ledger::Command command, const Response& answer);
  Deviation check_refusal(const ledger::Command& command, const sdk::Failure& failure,
                          const Between& between);
  Deviation repeat();
  Deviation read_new_entries(std::vector<ledger::Entry>& entries);
  Deviation read_outcome(const std::string& key, std::vector<ledger::Entry>& entries);
  Deviation append(const std::vector<sdk::LedgerEntry>& page, std::vector<ledger::Entry>& entries);
  Deviation check_balance();
  Deviation check_things(std::span<const ledger::Entry> entries);
  Deviation read_time(Instant& time);
  Deviation no_answer(const std::string& what, const sdk::Failure& failure);
  Deviation first_of(const std::vector<std::string>& complaints) {
    if (complaints.empty()) return {};
    return complaints.front();
  }
  Deviation first_of_auditor() { return first_of(auditor_.complaints()); }

  HttpTrial& trial_;
  model::History history_;
  model::Auditor auditor_;
  const OrganizationId organization_;
  std::uint64_t last_seq_ = 0;
  Instant last_at_;
  std::vector<Remembered> remembered_;
  std::map<std::string, int> refusals_;
};

std::map<std::string, int> HttpTrial::Follower::seen() const {
  std::map<std::string, int> all = auditor_.seen();
  for (const auto& [name, times] : refusals_) all[name] += times;
  return all;
}

Deviation HttpTrial::Follower::no_answer(const std::string& what, const sdk::Failure& failure) {
  const std::string cause = trial_.subject_.describe_silence();
  return what + ": " + describe(failure) + (cause.empty() ? "" : "; " + cause);
}

// Returns the next command, at a time that no other organization's history has passed.
ledger::Command HttpTrial::Follower::next_command() {
  history_.follow(trial_.latest_);
  const ledger::Balance balance{.available = Credits::from_nano(model().available()),
                                .held = Credits::from_nano(model().held())};
  ledger::Command command = history_.next_command(balance);
  command.organization = organization_;
  // Only the operator asks.
  command.origin.caller_key.reset();
  command.caller_caps.reset();
  command.origin.idempotency_key += "-" + organization_.to_string();
  return command;
}

Deviation HttpTrial::Follower::set_limit(Credits limit) {
  ledger::Command command = next_command();
  command.action = ledger::SetOverdraftLimit{.limit = limit};
  return take(std::move(command));
}

Deviation HttpTrial::Follower::step() {
  if (!remembered_.empty() && history_.draw(6) == 0) return repeat();
  return take(next_command());
}

Deviation HttpTrial::Follower::read_time(Instant& time) {
  const auto balance = client().get_organization_balance(organization_.to_string());
  if (!balance) return no_answer("a balance cannot be read", balance.error());
  const auto as_of = Instant::parse(balance->as_of);
  if (!as_of) return "a balance is of no instant: " + balance->as_of;
  time = *as_of;
  return {};
}

Deviation HttpTrial::Follower::take(ledger::Command command) {
  trim(command, trial_.subject_.has_tags());
  ++trial_.tally_.requests;
  trial_.latest_ = std::max(trial_.latest_, command.at);
  Between between{.before = command.at, .after = command.at};
  const bool is_set = trial_.subject_.set_time(command.at);
  if (auto failed = read_time(between.before)) return failed;
  // When the time cannot be set, the terms of a grant move by the difference.
  if (auto* grant = std::get_if<ledger::CreateGrant>(&command.action); grant && !is_set) {
    const std::chrono::microseconds ahead(between.before.us() - command.at.us());
    grant->terms.effective_at = grant->terms.effective_at.plus(ahead);
    if (grant->terms.expires_at) grant->terms.expires_at = grant->terms.expires_at->plus(ahead);
  }
  const auto answer = ask(client(), command);
  if (answer) {
    if (answer->is_replayed) return "a new request got the answer of an earlier one";
    return follow(std::move(command), *answer);
  }
  if (!answer.error().error) return no_answer("a request got no answer", answer.error());
  if (auto failed = read_time(between.after)) return failed;
  return check_refusal(command, answer.error(), between);
}

// Reads the entries first: they say when the request was booked, which decides what the model
// expects.
Deviation HttpTrial::Follower::follow(ledger::Command command, const Response& answer) {
  std::vector<ledger::Entry> entries;
  if (auto failed = read_new_entries(entries)) return failed;
  const std::string& key = command.origin.idempotency_key;
  const auto first = std::ranges::find(
      entries, key, [](const auto& entry) { return entry.origin.idempotency_key; });
  if (first == entries.end()) return "what was answered is not in the ledger, key " + key;
  const auto last = std::ranges::find(first, entries.end(), false, &ledger::Entry::is_continued);
  if (last == entries.end()) return "an outcome does not end, key " + key;
  const std::vector<ledger::Entry> own(first, last + 1);
  const std::vector<ledger::Entry> due_since(last + 1, entries.end());
  entries.erase(last + 1, entries.end());
  command.at = own.front().at;
  // The server makes these: the digest of the request, the salt, and the key that it came with.
  ledger::Origin& origin = command.origin;
  origin.fingerprint = own.front().origin.fingerprint;
  origin.erasable.salt = own.front().origin.erasable.salt;
  origin.api_key = own.front().origin.api_key;
  auditor_.audit(command, {.entries = entries});
  if (auto failed = first_of_auditor()) return failed;
  history_.learn(own.front());
  if (auto failed = first_of(check_answer(answer.told, own, model()))) {
    return "the answer to key " + key + ": " + *failed;
  }
  // Before the entries were read, the server may have booked what fell due after the request.
  if (!due_since.empty()) auditor_.audit_sweep(due_since.back().at, due_since);
  if (auto failed = first_of_auditor()) return failed;
  if (remembered_.size() == kRemembered) remembered_.erase(remembered_.begin());
  remembered_.push_back({.command = std::move(command), .text = answer.text, .own = own});
  if (auto failed = check_balance()) return failed;
  return check_things(own);
}

// The answer does not say when the request was refused, only the two instants around it are known.
// Between them the model's answer changes only where something falls due, so those instants are
// tried.
Deviation HttpTrial::Follower::check_refusal(const ledger::Command& command,
                                             const sdk::Failure& failure, const Between& between) {
  const auto error = to_error(failure);
  if (!error) return "a refusal is none that the API has: " + describe(failure);
  ++refusals_[failure.error->name];
  std::vector<std::string> complaints;
  ledger::Command at_instant = command;
  for (Instant at = between.before;;) {
    at_instant.at = at;
    model::ModelLedger scratch = model();
    complaints = model::compare_refusal(scratch.take(at_instant).refusal, &*error);
    if (complaints.empty()) return {};
    scratch = model();
    scratch.take_due(at.us());
    const auto due_us = scratch.next_due_us();
    if (at == between.after) break;
    at = due_us ? std::min(Instant::from_us(*due_us), between.after) : between.after;
  }
  return "key " + command.origin.idempotency_key + ": " + complaints.front() + "; " +
         describe(failure);
}

// Sends an earlier request once more, or another one under its key.
Deviation HttpTrial::Follower::repeat() {
  const Remembered& earlier = remembered_[history_.draw(remembered_.size())];
  const std::string what = "the repeat of key " + earlier.command.origin.idempotency_key;
  ++trial_.tally_.replays;
  if (history_.draw(4) == 0) {
    ledger::Command other = next_command();
    other.origin.idempotency_key = earlier.command.origin.idempotency_key;
    other.action = ledger::SetOverdraftLimit{.limit = Credits::from_nano(123'456'789)};
    const auto refused = ask(client(), other);
    if (refused) return what + " by another request was carried out";
    if (!refused.error().is_named(sdk::ErrorName::idempotency_key_reused)) {
      return no_answer(what + " by another request", refused.error());
    }
    return {};
  }
  const auto again = ask(client(), earlier.command);
  if (!again) return no_answer(what, again.error());
  if (!again->is_replayed) return what + " is not told to be one";
  if (again->text != earlier.text) {
    return what + " got " + again->text + " instead of " + earlier.text;
  }
  std::vector<ledger::Entry> outcome;
  if (auto failed = read_outcome(earlier.command.origin.idempotency_key, outcome)) return failed;
  const auto hash_of = [](const ledger::Entry& entry) { return entry.hash; };
  if (!std::ranges::equal(outcome, earlier.own, {}, hash_of, hash_of)) {
    return what + " shows another outcome";
  }
  return {};
}

Deviation HttpTrial::Follower::append(const std::vector<sdk::LedgerEntry>& page,
                                      std::vector<ledger::Entry>& entries) {
  for (const sdk::LedgerEntry& wire : page) {
    auto entry = to_entry(organization_, wire);
    if (!entry) return "an entry is not what the API promises: " + wire.to_json();
    entries.push_back(*std::move(entry));
  }
  return {};
}

Deviation HttpTrial::Follower::read_outcome(const std::string& key,
                                            std::vector<ledger::Entry>& entries) {
  const auto outcome = client().get_outcome(organization_.to_string(), key);
  if (!outcome) return no_answer("the outcome of key " + key, outcome.error());
  return append(outcome->entries, entries);
}

Deviation HttpTrial::Follower::read_new_entries(std::vector<ledger::Entry>& entries) {
  sdk::ListEntries request{.organization = organization_.to_string()};
  if (last_seq_ > 0) request.from = last_at_.to_string();
  while (true) {
    const auto page = client().list_entries(request);
    if (!page) return no_answer("entries cannot be read", page.error());
    if (auto failed = append(page->items, entries)) return failed;
    if (!page->next) break;
    request.page.cursor = page->next;
  }
  std::erase_if(entries, [this](const ledger::Entry& entry) { return entry.seq <= last_seq_; });
  trial_.tally_.entries += entries.size();
  if (entries.empty()) return {};
  last_seq_ = entries.back().seq;
  last_at_ = entries.back().at;
  return {};
}

Deviation HttpTrial::Follower::check_balance() {
  const auto balance = client().get_organization_balance(organization_.to_string());
  if (!balance) return no_answer("a balance cannot be read", balance.error());
  const auto as_of = Instant::parse(balance->as_of);
  if (!as_of) return "a balance is of no instant: " + balance->as_of;
  model::ModelLedger present = model();
  present.take_due(as_of->us());
  return first_of(
      model::compare_balance(present, {.available = balance->available, .held = balance->held}));
}

// Checks the holds and charges that were just moved, as the server shows each by its id.
Deviation HttpTrial::Follower::check_things(std::span<const ledger::Entry> entries) {
  std::set<std::string> holds;
  std::set<std::string> charges;
  for (const ledger::Entry& entry : entries) {
    using enum ledger::EntryKind;
    if (entry.kind == capture) holds.insert(HoldId{organization_, *entry.parent}.to_string());
    if (entry.kind == hold || entry.kind == extend || entry.kind == release) {
      holds.insert(HoldId{organization_, entry.subject}.to_string());
    }
    if (entry.kind == charge || entry.kind == capture || entry.kind == repay) {
      charges.insert(ChargeId{organization_, entry.subject}.to_string());
    }
    if (entry.kind == refund) charges.insert(ChargeId{organization_, *entry.parent}.to_string());
  }
  for (const std::string& id : holds) {
    const auto story = client().get_hold(id);
    if (!story) return no_answer("hold " + id, story.error());
    Instant now;
    if (auto failed = read_time(now)) return failed;
    model::ModelLedger present = model();
    present.take_due(now.us());
    // The hold may have run out between the two readings.
    if (check_hold(*story, model()).empty()) continue;
    if (auto failed = first_of(check_hold(*story, present))) return "hold " + id + ": " + *failed;
  }
  for (const std::string& id : charges) {
    const auto explanation = client().explain_charge(id);
    if (!explanation) return no_answer("charge " + id, explanation.error());
    Instant now;
    if (auto failed = read_time(now)) return failed;
    model::ModelLedger present = model();
    present.take_due(now.us());
    if (check_charge(*explanation, model()).empty()) continue;
    if (auto failed = first_of(check_charge(*explanation, present))) {
      return "charge " + id + ": " + *failed;
    }
  }
  return {};
}

// Checks what fell due since the last request, and the balance.
Deviation HttpTrial::Follower::finish() {
  std::vector<ledger::Entry> entries;
  if (auto failed = read_new_entries(entries)) return failed;
  if (!entries.empty()) {
    auditor_.audit_sweep(entries.back().at, entries);
    if (auto failed = first_of_auditor()) return failed;
  }
  return check_balance();
}

HttpTrial::HttpTrial(HttpSubject& subject, std::uint64_t seed)
    : subject_(subject), random_(seed), next_history_(seed << 24) {}

HttpTrial::~HttpTrial() = default;

std::map<std::string, int> HttpTrial::seen() const {
  std::map<std::string, int> all = seen_;
  for (const auto& follower : followers_) {
    for (const auto& [name, times] : follower->seen()) all[name] += times;
  }
  return all;
}

std::optional<std::string> HttpTrial::begin_organization() {
  const auto made = subject_.client().create_organization({.name = "Selftest"});
  if (!made) return "an organization cannot be made: " + describe(made.error());
  const auto id = OrganizationId::parse(made->id);
  if (!id) return "an organization has no id: " + made->id;
  ++tally_.organizations;
  const std::uint64_t seed = next_history_++;
  followers_.push_back(std::make_unique<Follower>(*this, seed, *id));
  constexpr Credits kLimit = Credits::from_nano(2'500'000'000);
  const auto failed = seed % 2 == 0 ? followers_.back()->set_limit(kLimit) : Deviation();
  if (failed) return followers_.back()->place_of(*failed);
  return {};
}

std::optional<std::string> HttpTrial::play_round() {
  while (followers_.size() < kOrganizations) {
    if (auto failed = begin_organization()) return failed;
  }
  for (std::size_t i = 0; i < kRequestsOfRound; ++i) {
    Follower& follower = *followers_[random_() % followers_.size()];
    if (auto failed = follower.step()) return follower.place_of(*failed);
  }
  for (const auto& follower : followers_) {
    if (auto failed = follower->finish()) return follower->place_of(*failed);
    if (!follower->is_full()) continue;
    for (const auto& [name, times] : follower->seen()) seen_[name] += times;
  }
  std::erase_if(followers_, [](const auto& follower) { return follower->is_full(); });
  if (random_() % 8 == 0) return subject_.disturb();
  return {};
}

}  // namespace farthing::selftest
