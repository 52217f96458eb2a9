// Waits on a descriptor that a C library owns and will close itself. Its loop's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <memory>

namespace oculus::net {

/// Asio's waits are one-shot and may complete after the library has closed the descriptor: each is armed again while it
/// is wanted, and one that completes late is dropped. The number may then belong to another connection already.
class BorrowedSocket : public std::enable_shared_from_this<BorrowedSocket> {
 public:
  using Ready = std::function<void(int descriptor, bool readable, bool writable)>;

  BorrowedSocket(boost::asio::io_context& loop, int descriptor, Ready ready);
  ~BorrowedSocket();  // never closes
  BorrowedSocket(const BorrowedSocket&) = delete;
  BorrowedSocket& operator=(const BorrowedSocket&) = delete;

  /// What `ready` shall be called for, from now on.
  void want(bool readable, bool writable);
  /// To be called before the owner closes it; `ready` is not called again.
  void release();

 private:
  enum class Side { read, write };
  void arm(Side side);
  bool& waiting(Side side) noexcept { return side == Side::read ? waiting_read_ : waiting_write_; }
  [[nodiscard]] bool wanted(Side side) const noexcept { return side == Side::read ? want_read_ : want_write_; }

  boost::asio::posix::stream_descriptor descriptor_;
  Ready ready_;
  bool want_read_ = false, want_write_ = false;
  bool waiting_read_ = false, waiting_write_ = false;
};

}  // namespace oculus::net
