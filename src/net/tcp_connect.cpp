#include "net/tcp_connect.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/address.hpp"

namespace asio = boost::asio;
namespace ip = boost::asio::ip;

namespace oculus::net {
namespace {

constexpr std::chrono::milliseconds kStagger{250};  // RFC 8305, section 8

using Addresses = std::vector<ip::address>;

// Families in turn, the one that the resolver prefers first.
Addresses interleave(const Addresses& sorted) {
  std::deque<ip::address> first, second;
  for (const auto& address : sorted) (address.is_v4() == sorted.front().is_v4() ? first : second).push_back(address);
  Addresses order;
  while (!first.empty() || !second.empty()) {
    for (auto* family : {&first, &second}) {
      if (family->empty()) continue;
      order.push_back(family->front());
      family->pop_front();
    }
  }
  return order;
}

// The attempts under way. Kept by their handlers, which may run after the race was left.
class Race : public std::enable_shared_from_this<Race> {
 public:
  explicit Race(asio::any_io_executor loop) : loop_(std::move(loop)), bell_(loop_) {}

  void start(const ip::address& address, std::uint16_t port) {
    auto& attempt =
        attempts_.emplace_back(std::make_unique<Attempt>(Attempt{ip::tcp::socket(loop_), address, Clock::now()}));
    ++running_;
    attempt->socket.async_connect({address, port}, [self = shared_from_this(), at = attempt.get()](const auto& error) {
      self->ended(*at, error);
    });
  }

  void close() {
    for (const auto& attempt : attempts_) {
      boost::system::error_code ignored;
      attempt->socket.close(ignored);
    }
  }

  asio::steady_timer& bell() noexcept { return bell_; }  // rings when an attempt has ended
  [[nodiscard]] int running() const noexcept { return running_; }
  [[nodiscard]] const ip::address& newest() const noexcept { return attempts_.back()->address; }
  std::optional<TcpConnection> take_winner() { return std::exchange(winner_, std::nullopt); }
  std::optional<Failure> loss;  // of the last attempt that failed
  bool news = false;            // an attempt has failed since the last look

 private:
  struct Attempt {
    ip::tcp::socket socket;
    ip::address address;
    Clock::time_point begin;
  };

  void ended(Attempt& attempt, const boost::system::error_code& error) {
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - attempt.begin);
    --running_;
    if (!error && !winner_) winner_.emplace(std::move(attempt.socket), attempt.address, took);
    if (error && error != asio::error::operation_aborted) {
      loss = Failure{reason_of(error), fmt::format("{}: {}", attempt.address.to_string(), error.message())};
      news = true;
    }
    bell_.cancel();
  }

  asio::any_io_executor loop_;
  asio::steady_timer bell_;
  std::vector<std::unique_ptr<Attempt>> attempts_;
  std::optional<TcpConnection> winner_;
  int running_ = 0;
};

struct Closing {
  explicit Closing(Race& of) : race(of) {}
  ~Closing() { race.close(); }
  Closing(const Closing&) = delete;
  Closing& operator=(const Closing&) = delete;
  Race& race;
};

}  // namespace

asio::awaitable<Outcome<TcpConnection>> tcp_connect(Addresses addresses, std::uint16_t port, const EgressGate& gate,
                                                    Deadline deadline) {
  if (addresses.empty()) co_return failed("dns", "there is no address to connect to");
  const auto race = std::make_shared<Race>(co_await asio::this_coro::executor);
  const Closing closing(*race);
  const Addresses order = interleave(addresses);
  auto next = order.begin();
  auto next_at = Clock::now();

  while (true) {
    if (auto winner = race->take_winner()) co_return std::move(*winner);
    const auto now = Clock::now();
    if (now >= deadline) {
      const std::string where = race->running() > 0 ? race->newest().to_string() : "the target";
      co_return failed("timeout", fmt::format("{} did not answer in time", where));
    }
    if (std::exchange(race->news, false)) next_at = now;
    if (next != order.end() && now >= next_at) {
      const ip::address& address = *next++;
      if (auto allowed = gate.check(bytes_of(address)); !allowed) {
        race->loss = Failure{"gate", allowed.error().text()};
        continue;
      }
      race->start(address, port);
      next_at = now + kStagger;
      continue;
    }
    if (next == order.end() && race->running() == 0) co_return std::unexpected(std::move(*race->loss));

    race->bell().expires_at(next == order.end() ? deadline : std::min(deadline, next_at));
    co_await race->bell().async_wait(asio::as_tuple(asio::use_awaitable));
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (cancelled != asio::cancellation_type::none) co_return failed("cancelled", "the attempt was cancelled");
  }
}

}  // namespace oculus::net
