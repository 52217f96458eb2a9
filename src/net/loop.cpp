#include "net/loop.hpp"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <thread>

#include "net/loop_asio.hpp"

namespace oculus::net {
namespace {

// libcurl and OpenSSL write to peers that may have gone: that is an error to hear of, no reason to end the process.
void block_sigpipe() {
  sigset_t pipe;
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe, nullptr);
}

}  // namespace

struct Loop::Impl {
  explicit Impl(std::string name) : thread_name(std::move(name)) {}

  std::string thread_name;
  boost::asio::io_context context{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> keep_running{context.get_executor()};
  std::thread thread;  // last: it uses everything above
};

Loop::Loop(std::string thread_name) : impl_(std::make_unique<Impl>(std::move(thread_name))) {
  impl_->thread = std::thread([this] {
    block_sigpipe();
    pthread_setname_np(pthread_self(), impl_->thread_name.substr(0, 15).c_str());
    impl_->context.run();
  });
}

Loop::~Loop() { stop(); }

void Loop::post(std::function<void()> work) { boost::asio::post(impl_->context, std::move(work)); }

void Loop::stop() {
  impl_->keep_running.reset();
  impl_->context.stop();
  if (impl_->thread.joinable()) impl_->thread.join();
}

boost::asio::io_context& context(Loop& loop) noexcept { return loop.impl().context; }

}  // namespace oculus::net
