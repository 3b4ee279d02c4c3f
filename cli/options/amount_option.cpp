// SPDX-License-Identifier: Apache-2.0
#include "cli/options/amount_option.hpp"

#include <CLI/CLI.hpp>
#include <functional>

namespace farthing::cli {
namespace {

constexpr Credits kLeast = Credits::from_nano(1);

// Adds an option that calls `take` with the amount, which is at least `lowest`; `range` says so
// ("above 0").
CLI::Option* add_option(CLI::App& command, const std::string& name, Credits lowest,
                        const std::string& range, const std::string& summary,
                        std::function<void(Credits)> take) {
  return command
      .add_option_function<std::string>(
          name,
          [=, take = std::move(take)](const std::string& decimal) {
            const auto amount = Credits::parse(decimal);
            if (!amount || *amount < lowest) {
              throw CLI::ValidationError(name, "has to be a decimal number " + range +
                                                   " with at most 9 places, as in 12.5");
            }
            take(*amount);
          },
          summary)
      ->type_name("CREDITS");
}

}  // namespace

void add_amount_option(CLI::App& command, Credits& value, const std::string& summary) {
  add_option(command, "--amount", kLeast, "above 0", summary, [&value](Credits amount) {
    value = amount;
  })->required();
}

void add_optional_amount_option(CLI::App& command, std::optional<Credits>& value,
                                const std::string& summary) {
  add_option(command, "--amount", kLeast, "above 0", summary,
             [&value](Credits amount) { value = amount; });
}

void add_could_spend_option(CLI::App& command, std::optional<Credits>& value,
                            const std::string& summary) {
  add_option(command, "--could-spend", kLeast, "above 0", summary,
             [&value](Credits amount) { value = amount; });
}

void add_price_options(CLI::App& command, std::optional<sdk::Price>& price) {
  const auto the_price = [&price]() -> sdk::Price& { return price ? *price : price.emplace(); };
  CLI::Option* paid = add_option(command, "--price-paid", Credits(), "of 0 or more",
                                 "What was paid for them, in the currency's unit",
                                 [=](Credits amount) { the_price().amount = amount; });
  CLI::Option* currency =
      command
          .add_option_function<std::string>(
              "--currency", [=](const std::string& code) { the_price().currency = code; },
              "In which currency, as in EUR")
          ->type_name("CODE");
  paid->type_name("PRICE")->needs(currency);
  currency->needs(paid);
}

void add_limit_option(CLI::App& command, std::optional<Credits>& value,
                      const std::string& summary) {
  add_option(command, "--overdraft-limit", Credits(), "of 0 or more", summary,
             [&value](Credits amount) { value = amount; });
}

}  // namespace farthing::cli
