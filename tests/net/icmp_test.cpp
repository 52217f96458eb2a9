// Pings in a network of the test's own; skipped where the process may not make one.
#include "net/icmp.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <functional>
#include <future>
#include <thread>

#include "net/icmp_packet.hpp"
#include "net/own_network.hpp"

namespace asio = boost::asio;

namespace oculus::net {
namespace {

using namespace std::chrono_literals;

const auto kLoopback4 = asio::ip::make_address("127.0.0.1");
const auto kLoopback6 = asio::ip::make_address("::1");

// Runs the body on a thread that has a network of its own, with ping sockets allowed or not.
class Icmp : public testing::Test {
 protected:
  enum class Allowed { datagram, raw, nothing };

  void in_own_network(Allowed allowed, const std::function<void()>& body) {
    bool possible = false;
    std::thread([&] {
      if (!enter_own_network()) return;
      if (allowed == Allowed::datagram && !set_sysctl("ipv4/ping_group_range", "0 2147483647")) return;
      if (allowed != Allowed::raw && !drop_raw_sockets()) return;
      possible = true;
      body();
    }).join();
    if (!possible) GTEST_SKIP() << "needs the capabilities net_admin, net_raw and sys_admin";
  }

  static Result<PingResult> run(const asio::ip::address& target, PingOptions options,
                                std::chrono::milliseconds timeout) {
    asio::io_context loop;
    auto answer = asio::co_spawn(loop, ping(target, options, Clock::now() + timeout), asio::use_future);
    loop.run();  // ends when the ping has: nothing stays behind that waits
    return answer.get();
  }
};

std::ptrdiff_t open_sockets() {
  std::error_code gone;  // the descriptor that lists the directory is among them
  return std::count_if(std::filesystem::directory_iterator("/proc/self/fd"), {}, [&](const auto& descriptor) {
    return std::filesystem::read_symlink(descriptor.path(), gone).string().starts_with("socket:");
  });
}

constexpr PingOptions kQuick{.count = 3, .packet_interval = 1ms, .size = 56};

void expect_all_answered(const Result<PingResult>& result, int count) {
  ASSERT_TRUE(result) << result.error().text();
  EXPECT_EQ(result->sent, count);
  EXPECT_EQ(result->received, count);
  EXPECT_EQ(result->duplicates, 0);
  EXPECT_EQ(result->refusal, "");
  ASSERT_EQ(result->rtts.size(), static_cast<std::size_t>(count));
  for (const auto& rtt : result->rtts) {
    ASSERT_TRUE(rtt);
    EXPECT_GE(*rtt, 0us);
    EXPECT_LT(*rtt, 10s);
  }
}

TEST_F(Icmp, IsAnsweredOverDatagramSockets) {
  in_own_network(Allowed::datagram, [] {
    expect_all_answered(run(kLoopback4, kQuick, 10s), 3);
    expect_all_answered(run(kLoopback6, kQuick, 10s), 3);
  });
}

TEST_F(Icmp, IsAnsweredOverRawSockets) {  // loopback hands us our own requests too
  in_own_network(Allowed::raw, [] {
    expect_all_answered(run(kLoopback4, kQuick, 10s), 3);
    expect_all_answered(run(kLoopback6, kQuick, 10s), 3);
  });
}

TEST_F(Icmp, TakesEverySize) {
  in_own_network(Allowed::raw, [] {
    for (const std::size_t size :
         {std::size_t{8}, std::size_t{9}, std::size_t{1472}, std::size_t{9000}, std::size_t{65'507}}) {
      expect_all_answered(run(kLoopback4, {.count = 1, .packet_interval = 1ms, .size = size}, 10s), 1);
      expect_all_answered(run(kLoopback6, {.count = 1, .packet_interval = 1ms, .size = size}, 10s), 1);
    }
  });
}

TEST_F(Icmp, SaysWhatToGrantWhereItIsNotPermitted) {
  in_own_network(Allowed::nothing, [] {
    for (const auto& [target, version] : {std::pair(kLoopback4, "IPv4"), std::pair(kLoopback6, "IPv6")}) {
      const auto result = run(target, kQuick, 10s);
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::forbidden);
      EXPECT_EQ(result.error().text(),
                std::string("ICMP echo over ") + version +
                    " is not permitted to this process; allow its group with `sysctl -w net.ipv4.ping_group_range=\"0 "
                    "2147483647\"` (it governs IPv6 too), or grant the program the capability cap_net_raw");
    }
  });
}

TEST_F(Icmp, NoticesAGrantWithoutARestart) {
  in_own_network(Allowed::nothing, [] {
    EXPECT_FALSE(run(kLoopback4, kQuick, 10s));
    ASSERT_TRUE(set_sysctl("ipv4/ping_group_range", "0 2147483647"));
    expect_all_answered(run(kLoopback4, kQuick, 10s), 3);
  });
}

TEST_F(Icmp, ASilentHostCostsTheDeadlineAndHasNoRtt) {
  for (const Allowed allowed : {Allowed::datagram, Allowed::raw})
    in_own_network(allowed, [] {
      ASSERT_TRUE(set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
      const auto begin = Clock::now();
      const auto result = run(kLoopback4, kQuick, 100ms);
      EXPECT_GE(Clock::now() - begin, 100ms);
      ASSERT_TRUE(result);
      EXPECT_EQ(result->sent, 3);
      EXPECT_EQ(result->received, 0);
      EXPECT_EQ(result->rtts, std::vector<std::optional<microseconds>>(3));
      EXPECT_EQ(result->refusal, "");
    });
}

TEST_F(Icmp, SendsNoMoreThanTheDeadlineAllows) {
  in_own_network(Allowed::raw, [] {
    const auto result = run(kLoopback4, {.count = 20, .packet_interval = 1h, .size = 56}, 10s);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->sent, 1);
    EXPECT_EQ(result->received, 1);
  });
}

TEST_F(Icmp, HearsThatThereIsNoRoute) {
  in_own_network(Allowed::raw, [] {
    const auto result = run(asio::ip::make_address("192.0.2.1"), kQuick, 10s);
    ASSERT_TRUE(result);
    EXPECT_EQ(result->sent, 3);
    EXPECT_EQ(result->received, 0);
    EXPECT_EQ(result->refusal, "Network is unreachable");
  });
}

TEST_F(Icmp, ManyPingsShareOneSocket) {
  in_own_network(Allowed::raw, [] {
    asio::io_context loop;
    std::vector<std::future<Result<PingResult>>> answers;
    for (int i = 0; i < 100; ++i)
      answers.push_back(asio::co_spawn(loop, ping(i % 2 == 0 ? kLoopback4 : kLoopback6, kQuick, Clock::now() + 30s),
                                       asio::use_future));
    const auto before = open_sockets();
    while (loop.run_one() > 0) EXPECT_LE(open_sockets(), before + 2);  // one for each family
    EXPECT_EQ(open_sockets(), before);
    for (auto& answer : answers) expect_all_answered(answer.get(), 3);
  });
}

TEST_F(Icmp, EndsSoonWhenCancelled) {
  in_own_network(Allowed::raw, [] {
    ASSERT_TRUE(set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
    asio::io_context loop;
    asio::cancellation_signal stop;
    std::exception_ptr error;
    asio::co_spawn(
        loop, ping(kLoopback4, {.count = 3, .packet_interval = 1h, .size = 56}, Clock::now() + 1h),
        asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr e, const Result<PingResult>&) { error = e; }));
    loop.poll();
    stop.emit(asio::cancellation_type::terminal);
    loop.run();
    EXPECT_THROW(std::rethrow_exception(error), boost::system::system_error);
  });
}

TEST_F(Icmp, LeavesNothingBehindWhenTheLoopDies) {  // a sanitizer sees what is freed twice or never
  in_own_network(Allowed::raw, [] {
    ASSERT_TRUE(set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
    asio::io_context loop;
    asio::co_spawn(loop, ping(kLoopback4, kQuick, Clock::now() + 1h),
                   [](std::exception_ptr, const Result<PingResult>&) {});
    loop.poll();
  });
}

// Answers the requests of this network as a script says; the kernel's own answers are turned off.
class Responder {
 public:
  using Script = std::function<std::vector<std::vector<std::byte>>(int nth, std::vector<std::byte> reply)>;

  explicit Responder(Script script) : script_(std::move(script)) {
    // Opened here: the thread that follows shares the network of the one that starts it.
    listener_ = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
    thread_ = std::jthread([this](const std::stop_token& stop) { answer(stop); });
  }
  ~Responder() {
    thread_.request_stop();
    thread_.join();
    close(listener_);
  }
  Responder(const Responder&) = delete;
  Responder& operator=(const Responder&) = delete;

 private:
  void answer(const std::stop_token& stop) {
    for (int nth = 0; !stop.stop_requested();) {
      pollfd ready{.fd = listener_, .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, 10) <= 0) continue;
      std::array<std::byte, 2048> buffer;
      const auto size = recv(listener_, buffer.data(), buffer.size(), 0);
      if (size <= 0) continue;
      const auto message = without_ipv4_header({buffer.data(), static_cast<std::size_t>(size)});
      if (message.empty() || message[0] != std::byte{8}) continue;
      std::vector<std::byte> reply(message.begin(), message.end());
      reply[0] = std::byte{0};
      for (auto& one : script_(nth++, reply)) send(std::move(one));
    }
  }
  void send(std::vector<std::byte> message) const {
    message[2] = message[3] = std::byte{0};
    const auto sum = internet_checksum(message);
    message[2] = static_cast<std::byte>(sum >> 8U);
    message[3] = static_cast<std::byte>(sum & 0xffU);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static_cast<void>(
        sendto(listener_, message.data(), message.size(), 0, reinterpret_cast<sockaddr*>(&to), sizeof(to)));
  }

  Script script_;
  int listener_ = -1;
  std::jthread thread_;
};

TEST_F(Icmp, CountsLossesDuplicatesAndForgeriesApart) {
  for (const Allowed allowed : {Allowed::raw, Allowed::datagram})
    in_own_network(Allowed::raw, [allowed] {
      ASSERT_TRUE(set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
      if (allowed == Allowed::datagram) {
        ASSERT_TRUE(set_sysctl("ipv4/ping_group_range", "0 2147483647"));
      }
      const Responder responder([](int nth, std::vector<std::byte> reply) -> std::vector<std::vector<std::byte>> {
        auto forged = reply;
        forged[9] ^= std::byte{1};  // another token
        auto stray = reply;
        stray[7] = std::byte{77};  // a sequence that was never sent
        switch (nth) {
          case 0:
            return {stray, reply};
          case 1:
            return {forged};  // lost, for all we know
          case 2:
            return {reply, reply, reply};
          default:
            return {reply};
        }
      });
      const auto result = run(kLoopback4, {.count = 4, .packet_interval = 100ms, .size = 56}, 2s);
      ASSERT_TRUE(result);
      EXPECT_EQ(result->sent, 4);
      EXPECT_EQ(result->received, 3);
      EXPECT_EQ(result->duplicates, 2);
      ASSERT_EQ(result->rtts.size(), 4U);
      EXPECT_TRUE(result->rtts[0]);
      EXPECT_FALSE(result->rtts[1]);
      EXPECT_TRUE(result->rtts[2]);
      EXPECT_TRUE(result->rtts[3]);
    });
}

TEST_F(Icmp, HearsARouterRefuse) {
  for (const Allowed allowed : {Allowed::raw, Allowed::datagram})
    in_own_network(Allowed::raw, [allowed] {
      ASSERT_TRUE(set_sysctl("ipv4/icmp_echo_ignore_all", "1"));
      if (allowed == Allowed::datagram) {
        ASSERT_TRUE(set_sysctl("ipv4/ping_group_range", "0 2147483647"));
      }
      const Responder router([](int, std::vector<std::byte> quoted) -> std::vector<std::vector<std::byte>> {
        quoted[0] = std::byte{8};
        std::vector<std::byte> error(8);
        error[0] = std::byte{3};  // destination unreachable
        error[1] = std::byte{1};  // host unreachable
        const auto head = {0x45, 0, 0, 84, 0, 0, 0, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 1};
        for (const int byte : head) error.push_back(static_cast<std::byte>(byte));
        error.insert(error.end(), quoted.begin(), quoted.end());
        return {error};
      });
      const auto result = run(kLoopback4, kQuick, 10min);  // all are refused: the deadline is not waited for
      ASSERT_TRUE(result);
      EXPECT_EQ(result->received, 0);
      EXPECT_EQ(result->refusal, allowed == Allowed::raw ? "destination unreachable" : "No route to host");
    });
}

}  // namespace
}  // namespace oculus::net
