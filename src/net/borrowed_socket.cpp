#include "net/borrowed_socket.hpp"

#include <utility>

namespace asio = boost::asio;

namespace oculus::net {

BorrowedSocket::BorrowedSocket(asio::io_context& loop, int descriptor, Ready ready)
    : descriptor_(loop, descriptor), ready_(std::move(ready)) {}

BorrowedSocket::~BorrowedSocket() { release(); }

void BorrowedSocket::want(bool readable, bool writable) {
  want_read_ = readable;
  want_write_ = writable;
  arm(Side::read);
  arm(Side::write);
}

void BorrowedSocket::release() {
  if (descriptor_.is_open()) descriptor_.release();
}

void BorrowedSocket::arm(Side side) {
  if (!descriptor_.is_open() || !wanted(side) || waiting(side)) return;
  waiting(side) = true;
  const auto event =
      side == Side::read ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write;
  descriptor_.async_wait(event, [self = shared_from_this(), side](const boost::system::error_code& error) {
    self->waiting(side) = false;
    if (error || !self->descriptor_.is_open()) return;
    if (self->wanted(side)) self->ready_(self->descriptor_.native_handle(), side == Side::read, side == Side::write);
    self->arm(side);  // unless the call has released it
  });
}

}  // namespace oculus::net
