// SPDX-License-Identifier: Apache-2.0
// What all calls of the /v1 API have in common: what they are given and the forms of their answers.
#pragma once

#include <cpp11.hpp>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <farthing/client.hpp>

#include "ledger_frames.hpp"
#include "r_value.hpp"

namespace farthing::r {

// What a call needs: the client, what it is given, and how it shall go about it.
struct Request {
  const sdk::Client& client;
  const Arguments& in;
  const sdk::CallOptions& options;
};

using Answer = sdk::Result<cpp11::sexp>;

// A wrong amount of the caller's, by the name of the argument.
class BadAmount : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// A decimal as text, or a number whose shortest digits are meant; nothing when there is neither.
// Throws BadAmount, with `field` if that is the argument's name in R.
std::optional<Credits> optional_amount(const Arguments& in, const char* name,
                                       const char* field = nullptr);
// The argument `amount`. Throws BadAmount, also when there is none.
Credits amount_of(const Arguments& in);
std::optional<std::chrono::seconds> ttl_of(const Arguments& in);
std::vector<std::string> texts_of(SEXP value);
sdk::PageRequest page_of(const Arguments& in);

// The three forms of an answer.
template <class T>
Answer one(sdk::Result<T> model) {
  if (!model) return std::move(model.error());
  const cpp11::sexp columns = r_columns(std::vector<T>{std::move(*model)});
  return r_list({{"columns", columns}, {"failure", R_NilValue}});
}

template <class T>
Answer page(sdk::Result<sdk::Page<T>> page) {
  if (!page) return std::move(page.error());
  const cpp11::sexp columns = r_columns(page->items);
  const cpp11::sexp next = r_scalar(page->next);
  return r_list({{"columns", columns}, {"failure", R_NilValue}, {"next", next}});
}

template <class T>
Answer written(sdk::Result<sdk::Receipt<T>> receipt) {
  if (!receipt) return std::move(receipt.error());
  const cpp11::sexp columns = r_columns(std::vector<T>{static_cast<const T&>(*receipt)});
  const cpp11::sexp replayed = r_scalar(receipt->is_replayed);
  const cpp11::sexp idempotency_key = r_scalar(std::string_view(receipt->idempotency_key));
  const cpp11::sexp request_id = r_scalar(std::string_view(receipt->request_id));
  return r_list({{"columns", columns},
                 {"failure", R_NilValue},
                 {"replayed", replayed},
                 {"idempotency_key", idempotency_key},
                 {"request_id", request_id}});
}

}  // namespace farthing::r
