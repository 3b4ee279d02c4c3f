// SPDX-License-Identifier: Apache-2.0
#include "server/http/ready_set.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "server/http/connection.hpp"

namespace farthing::http {

namespace {

int make_epoll() {
  const int descriptor = ::epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) throw std::system_error(errno, std::system_category(), "epoll_create1");
  return descriptor;
}

// The events of a connection that is gone, or whose client sends no more; a read will tell which.
constexpr std::uint32_t kEnded = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

}  // namespace

ReadySet::ReadySet(boost::asio::io_context& io) : epoll_(io, make_epoll()) {}

bool ReadySet::add(int socket, Connection& connection) {
  return control(EPOLL_CTL_ADD, socket, connection, 0);
}

bool ReadySet::add_writing(int socket, Connection& connection) {
  return control(EPOLL_CTL_MOD, socket, connection, EPOLLOUT);
}

bool ReadySet::control(int operation, int socket, Connection& connection, std::uint32_t events) {
  epoll_event event{};
  event.events = events | EPOLLIN | EPOLLRDHUP | EPOLLET;
  event.data.ptr = &connection;
  return ::epoll_ctl(epoll_.native_handle(), operation, socket, &event) == 0;
}

void ReadySet::forget(const Connection& connection) {
  for (std::size_t at = next_; at < end_; ++at) {
    if (events_[at].data.ptr == &connection) events_[at].data.ptr = nullptr;
  }
}

void ReadySet::tell() {
  const int count =
      ::epoll_wait(epoll_.native_handle(), events_.data(), static_cast<int>(events_.size()), 0);
  next_ = 0;
  end_ = static_cast<std::size_t>(std::max(count, 0));
  for (std::size_t at = 0; at < end_; ++at) {
    if ((events_[at].events & EPOLLIN) == 0) continue;
    static_cast<Connection*>(events_[at].data.ptr)->read_ahead();
  }
  while (next_ < end_) {
    const epoll_event event = events_[next_++];
    if (event.data.ptr == nullptr) continue;
    Ready ready;
    ready.ended = (event.events & kEnded) != 0;
    ready.to_read = ready.ended || (event.events & EPOLLIN) != 0;
    ready.to_write = ready.ended || (event.events & EPOLLOUT) != 0;
    const boost::intrusive_ptr<Connection> connection(static_cast<Connection*>(event.data.ptr));
    connection->on_ready(ready);
  }
}

void ReadySet::close() {
  boost::system::error_code ignored;
  epoll_.close(ignored);
}

}  // namespace farthing::http
