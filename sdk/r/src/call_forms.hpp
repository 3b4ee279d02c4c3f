// SPDX-License-Identifier: Apache-2.0
// The request and the forms of answers that all calls of the /v1 API share.
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

// The input of a call: the client, its arguments and its options.
struct Request {
  const sdk::Client& client;
  const Arguments& in;
  const sdk::CallOptions& options;
};

using CallResult = sdk::Result<cpp11::sexp>;

// Thrown for a wrong amount of the caller's; it carries the name of the argument.
class BadAmount : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// Reads a decimal as text, or a number by its shortest digits; returns nothing when there is
// neither. Throws BadAmount, with `field` if that is the argument's name in R.
std::optional<Credits> optional_amount(const Arguments& in, const char* name,
                                       const char* field = nullptr);
// Returns the argument `amount`. Throws BadAmount, also when there is none.
Credits amount_of(const Arguments& in);
std::optional<std::chrono::seconds> ttl_of(const Arguments& in);
std::vector<std::string> texts_of(SEXP value);
sdk::PageRequest page_of(const Arguments& in);

// Make the three forms of an answer.
template <class T>
CallResult one(sdk::Result<T> model) {
  if (!model) return std::move(model.error());
  const cpp11::sexp columns = r_columns(std::vector<T>{std::move(*model)});
  return r_list({{"columns", columns}, {"failure", R_NilValue}});
}

template <class T>
CallResult page(sdk::Result<sdk::Page<T>> page) {
  if (!page) return std::move(page.error());
  const cpp11::sexp columns = r_columns(page->items);
  const cpp11::sexp next = r_scalar(page->next);
  return r_list({{"columns", columns}, {"failure", R_NilValue}, {"next", next}});
}

template <class T>
CallResult written(sdk::Result<sdk::Receipt<T>> receipt) {
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
