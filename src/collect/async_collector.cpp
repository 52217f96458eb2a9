#include "collect/async_collector.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/system_error.hpp>
#include <cassert>
#include <exception>
#include <utility>

#include "net/loop_asio.hpp"

namespace asio = boost::asio;

namespace oculus::collect {
namespace {

Round round_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& caught) {
    if (caught.code() == asio::error::operation_aborted) return Round::failed("cancelled", "the round was cancelled");
    return Round::failed("internal", fmt::format("BUG: the round ended with: {}", caught.what()));
  } catch (const std::exception& caught) {
    return Round::failed("internal", fmt::format("BUG: the round ended with: {}", caught.what()));
  } catch (...) {
    return Round::failed("internal", "BUG: the round ended with an unknown exception");
  }
}

}  // namespace

AsyncCollector::AsyncCollector(net::Loop* loop, std::vector<Series> series) : loop_(loop), series_(std::move(series)) {}

void AsyncCollector::collect(Deadline deadline, Done done) {
  assert(loop_ != nullptr && round_ == nullptr);
  round_ = std::make_shared<asio::cancellation_signal>();
  const auto slot = round_->slot();
  auto finish = [this, keep = round_, answer = std::move(done)](const std::exception_ptr& error, Round round) {
    round_.reset();  // before the answer: it may begin the next round, or destroy the collector
    answer(error ? round_of(error) : std::move(round));
  };
  asio::co_spawn(net::context(*loop_), measure(deadline), asio::bind_cancellation_slot(slot, std::move(finish)));
}

void AsyncCollector::cancel() noexcept {
  if (const auto round = round_) round->emit(asio::cancellation_type::terminal);
}

}  // namespace oculus::collect
