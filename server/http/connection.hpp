// SPDX-License-Identifier: Apache-2.0
// One client's connection: receives, has requests parsed and handled in order, writes the answers
// and watches the deadlines. Lives on its worker's thread. Other threads may call
// `ask_to_make_room` and, as holders of the current request's responder, `answer`, `accept_body`
// and `drop`. Callers of any other function keep a reference meanwhile.
#pragma once

#include <atomic>
#include <boost/intrusive/list_hook.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "server/http/connection_roster.hpp"
#include "server/http/head_scanner.hpp"
#include "server/http/input_buffer.hpp"
#include "server/http/memory_budget.hpp"
#include "server/http/request.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/response.hpp"
#include "server/http/stream_socket.hpp"
#include "server/http/tls_session.hpp"
#include "server/http/worker.hpp"

namespace farthing::http {

// The changes in what a socket is ready for.
struct Ready {
  bool to_read = false;
  bool to_write = false;
  // No more will come than can be read now.
  bool ended = false;
};

class Connection : public boost::intrusive::list_base_hook<> {
 public:
  Connection(std::shared_ptr<Worker> worker, StreamSocket socket, Arrival arrival);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start();
  // Closes now if no request is under way; else its answer will be the last.
  void stop_when_idle();
  // Closes now.
  void cut();
  // Reads from the socket, which has become readable, if the connection waits for that. `on_ready`
  // has to come next and goes on with what was read.
  void read_ahead();
  // Goes on with what waited for the socket to be ready.
  void on_ready(Ready ready);
  // Writes what was left to be written later (`Worker::write_later`).
  void write_answers();
  // Sends the answer that another thread has left here.
  void on_delivery();

  // Has the connection close to make room for another, unless its client waits for the server. Safe
  // from any thread while the connection is open.
  void ask_to_make_room();

  // A responder calls one of these, once, from any thread.
  void answer(Response&& response);
  void answer(const ResponseHead& head, std::string_view lines, std::string_view body);
  void accept_body(std::size_t max_body);
  void drop();

  ConnectionRoster::Seat& seat() { return *seat_; }

 private:
  friend void intrusive_ptr_add_ref(const Connection*) noexcept;
  friend void intrusive_ptr_release(const Connection*) noexcept;

  using Self = boost::intrusive_ptr<Connection>;
  using TimePoint = std::chrono::steady_clock::time_point;
  using Step = void (Connection::*)();

  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

  // The part of the request at the front of the input that is being read.
  enum class Stage : std::uint8_t { head, sized_body, chunked_body };
  // The result of reading on. `asked` means that the handler looks at the head.
  enum class Progress : std::uint8_t { incomplete, complete, refused, asked };
  // The state of the handler's look at a head whose body is large or has not arrived with it.
  enum class HeadCheck : std::uint8_t { none, asked, accepted, done };
  // The event that the deadline is for.
  enum class Awaited : std::uint8_t {
    nothing,
    handshake,
    request,
    head,
    body,
    answer,
    written,
    end
  };
  // The step to take when the socket is ready for it; null means none.
  struct Waiting {
    Step step = nullptr;
    bool to_write = false;
  };
  // An answer given outside of `Handler::handle`.
  struct Delivery {
    // Null when `response` is the whole answer or `dropped`; else the head before its further lines
    // and its body.
    const ResponseHead* head = nullptr;
    bool dropped = false;
    // Set when there is no answer, but the body is to be read if it has no more than so many bytes.
    std::optional<std::size_t> max_body;
    Response response;

    // Keeps the memory of strings of a usual size, so that the thread which gives the answers does
    // not ask for memory that others free.
    void clear();
  };

  void make_room();
  void advance();
  Progress read_request();
  Progress read_head();
  Progress read_sized_body();
  Progress read_chunked_body();
  Progress check_head();
  Progress begin_body();
  bool has_memory(std::size_t to_leave = 0);
  void ask_for_body();
  void begin_handling();
  void call_handler(void (Handler::*function)(const Request&, Responder));
  bool serve();
  void finish_request();

  bool is_between_requests() const;
  bool is_being_answered() const;
  bool is_inside_handler() const;
  bool claim();
  void deliver(Delivery&& delivery);
  void take_delivery();
  // Writes an answer whose head's lines come in two parts.
  void write_answer(std::string_view lines, std::string_view more_lines, int status,
                    std::string_view body);
  void write_answer(const Response& response);
  void write_error(int status, std::string_view message);
  Progress refuse_without_memory();
  Progress refuse(const Refusal& refusal);

  void when_readable(Step step);
  void when_writable(Waiting& waiting, Step step);
  void proceed(Waiting& waiting, Ready ready);
  void receive();
  void read();
  void read_clear();
  void on_received(std::size_t size);
  bool flush();
  bool wait_for_client();
  bool write_now();
  bool write_clear();
  void write_rest();
  void on_written();
  void linger();
  void drain();
  void read_drained();
  std::size_t most_drained() const;

  void shake_hands();
  void give_up_handshake();
  void read_encrypted();
  bool write_encrypted();

  void wait_for(Awaited awaited);
  void arm_timer();
  void on_tick();
  void expire();

  // First, because the socket and the timer need its event loop to the last.
  const std::shared_ptr<Worker> worker_;
  StreamSocket socket_;
  // Null in clear.
  std::unique_ptr<TlsSession> tls_;
  Timer timer_;
  mutable std::atomic<std::uint32_t> references_{0};
  const std::unique_ptr<ConnectionRoster::Seat> seat_;
  // The share for large requests, and for large answers that the client does not take.
  MemoryShare memory_;

  InputBuffer input_;
  Stage stage_ = Stage::head;
  HeadScanner scanner_;
  std::optional<RequestParser> parser_;
  std::size_t head_size_ = 0;
  std::size_t message_size_ = 0;
  std::string joined_;
  Request request_;
  HeadCheck head_check_ = HeadCheck::none;
  std::size_t max_body_ = 0;  // with `accepted`

  std::string output_;
  std::size_t written_ = 0;
  std::size_t drained_ = 0;

  Waiting incoming_;
  Waiting outgoing_;
  // What `read_ahead` has put behind the input's end.
  std::optional<Transfer> read_ahead_;
  // The socket has not blocked since it became readable.
  bool readable_ = false;
  bool ended_ = false;
  // Whether the ready set tells when the socket becomes writable.
  bool watches_writing_ = false;
  // The event loop will go on with `incoming_`.
  bool posted_ = false;

  Awaited awaited_ = Awaited::nothing;
  TimePoint deadline_;
  // Known only while requests are logged.
  TimePoint handled_at_;

  bool reading_ = false;
  bool writing_ = false;
  bool inside_handler_ = false;
  bool answered_ = false;
  bool awaiting_answer_ = false;
  bool delivered_ = false;
  // The connection came when the server was full: nothing but a probe is answered.
  const bool probes_only_;
  // The next answer is the last one, whatever the client wishes.
  bool must_close_ = false;
  // The answer that was written last was the last one.
  bool finishing_ = false;
  bool lingering_ = false;
  bool closed_ = false;

  // Whoever sets it first gives the answer: a responder outside of the handler, or the timeout.
  std::atomic<bool> claimed_{false};
  Delivery delivery_;
};

}  // namespace farthing::http
