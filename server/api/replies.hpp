// SPDX-License-Identifier: Apache-2.0
// Makes callbacks that turn the reply of the store or a service into an answer: one for each shape
// of answer. `write` is a function that writes a record as JSON (records_json.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "base/json/json_writer.hpp"
#include "server/api/answer.hpp"
#include "server/api/page.hpp"
#include "server/service/registry.hpp"

namespace farthing::api {

// The bytes that most records have room in.
inline constexpr std::size_t kUsualJson = 768;

template <class Record, class Write>
std::string to_json(const Record& record, Write write) {
  std::string json;
  json.reserve(kUsualJson);
  JsonWriter writer(json);
  write(writer, record);
  return json;
}

// Answers 200 with the record.
template <class Record, class Write>
Reply<Record> answer_record(Answer answer, Write write) {
  return [answer = std::move(answer), write](Result<Record> record) mutable {
    if (!record) return answer.fail(record.error());
    answer.send(200, to_json(*record, write));
  };
}

// Answers `status` with the record as it is after a change.
template <class Record, class Write>
Reply<service::Change<Record>> answer_change(Answer answer, int status, Write write) {
  return
      [answer = std::move(answer), status, write](Result<service::Change<Record>> change) mutable {
        if (!change) return answer.fail(change.error());
        answer.send(status, to_json(change->record, write), freshness(change->is_replayed));
      };
}

// Answers `status` with what a movement led to; `write(writer, outcome)` writes it.
template <class Write>
Reply<ledger::Outcome> answer_movement(Answer answer, int status, Write write) {
  return [answer = std::move(answer), status, write](Result<ledger::Outcome> outcome) mutable {
    if (!outcome) return answer.fail(outcome.error());
    answer.send(status, to_json(*outcome, write), freshness(outcome->is_replayed));
  };
}

// Answers 200 with a page. The arguments are those of render_page.
template <class Record, class Write, class IdOf>
Reply<Page<Record>> answer_page(Answer answer, std::string_view plural, std::string list,
                                Write write, IdOf id_of) {
  return [answer = std::move(answer), plural, list = std::move(list), write,
          id_of](Result<Page<Record>> page) mutable {
    if (!page) return answer.fail(page.error());
    answer.send(200, render_page(plural, list, *page, write, id_of));
  };
}

}  // namespace farthing::api
