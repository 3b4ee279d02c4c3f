// SPDX-License-Identifier: Apache-2.0
// The part of a connection that reads a body: only after the handler has seen the head and wants
// it, unless it is small and has come together with the head.
#include <algorithm>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

// The bytes that every connection may hold without being counted.
constexpr std::size_t kFreeInput = 2 * InputBuffer::kUsualCapacity;
// Somewhat more than is written at a time when many requests come at once.
constexpr std::size_t kFreeOutput = std::size_t{20} * 1024;
// Reading a body of this size costs nothing beyond what the head has cost.
constexpr std::size_t kSmallBody = std::size_t{4} * 1024;

}  // namespace

Connection::Progress Connection::read_sized_body() {
  const bool has_arrived = input_.view().size() >= message_size_;
  if (!has_arrived || parser_->body_size() > kSmallBody) {
    if (const Progress progress = check_head(); progress != Progress::complete) return progress;
  }
  const std::string_view bytes = input_.view();
  if (!has_arrived) {
    if (bytes.size() == head_size_) ask_for_body();
    wait_for(Awaited::body);
    return Progress::incomplete;
  }
  parser_->rebase(bytes.data());
  parser_->set_body(bytes.substr(head_size_, message_size_ - head_size_));
  return Progress::complete;
}

Connection::Progress Connection::read_chunked_body() {
  const std::string_view bytes = input_.view().substr(head_size_);
  // The next request comes after the last chunk.
  if (!bytes.empty() && !parser_->is_complete()) {
    std::size_t used = 0;
    const auto refusal = parser_->parse_chunks(bytes, used);
    if (refusal) return refuse(*refusal);
    input_.erase(head_size_, used);
  }
  if (!parser_->is_complete() || joined_.size() > kSmallBody) {
    if (const Progress progress = check_head(); progress != Progress::complete) return progress;
  }
  if (!parser_->is_complete()) {
    if (bytes.empty()) ask_for_body();
    if (!has_memory()) return refuse_without_memory();
    // The parser leaves a chunk's size line or the trailer only, and these have an end.
    if (input_.view().size() - head_size_ > worker_->options().max_head) {
      return refuse({400, "A line between the body's chunks is too long."});
    }
    wait_for(Awaited::body);
    return Progress::incomplete;
  }
  parser_->rebase(input_.view().data());
  parser_->set_body(joined_);
  return Progress::complete;
}

void Connection::ask_for_body() {
  if (awaited_ != Awaited::body && parser_->expects_continue()) output_ += kContinue;
}

// Asks the handler about the head, once. Returns `complete` when the body may be read.
Connection::Progress Connection::check_head() {
  if (head_check_ == HeadCheck::done) return Progress::complete;
  if (head_check_ == HeadCheck::accepted) return begin_body();
  parser_->rebase(input_.view().data());
  begin_handling();
  head_check_ = HeadCheck::asked;
  if (request_.path() == "*") {
    max_body_ = kSmallBody;
    head_check_ = HeadCheck::accepted;
  } else {
    call_handler(&Handler::handle_head);
  }
  if (answered_) return Progress::refused;
  if (head_check_ == HeadCheck::accepted) return begin_body();
  awaiting_answer_ = true;
  wait_for(Awaited::answer);
  return Progress::asked;
}

Connection::Progress Connection::begin_body() {
  if (const auto refusal = parser_->limit_body(max_body_)) return refuse(*refusal);
  input_.expect(message_size_);
  if (!has_memory()) return refuse_without_memory();
  head_check_ = HeadCheck::done;
  return Progress::complete;
}

// Counts the memory that is held and expected. Returns false when there is not so much, with
// `to_leave` bytes left for others.
bool Connection::has_memory(std::size_t to_leave) {
  const std::size_t input = input_.claimed() + joined_.capacity();
  const std::size_t output = writing_ ? output_.size() : 0;
  const std::size_t all = (input > kFreeInput ? input : 0) + (output > kFreeOutput ? output : 0);
  return memory_.resize(all, to_leave);
}

}  // namespace farthing::http
