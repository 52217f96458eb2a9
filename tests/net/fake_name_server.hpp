// A name server on loopback that answers as it is told. It owns a thread.
#pragma once

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace oculus::net {

class FakeNameServer {
 public:
  using Packet = std::vector<std::uint8_t>;
  /// Gives the answer to a question of type 1 (A) or 28 (AAAA); an empty one is no answer at all.
  using Play = std::function<Packet(const Packet& question, int type)>;

  explicit FakeNameServer(Play play)
      : play_(std::move(play)),
        socket_(context_, {boost::asio::ip::make_address("127.0.0.1"), 0}),
        thread_([this] { serve(); }) {}
  ~FakeNameServer() {
    ::shutdown(socket_.native_handle(), SHUT_RDWR);  // ends the blocking read
    thread_.join();
  }
  FakeNameServer(const FakeNameServer&) = delete;
  FakeNameServer& operator=(const FakeNameServer&) = delete;

  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(socket_.local_endpoint().port()); }
  [[nodiscard]] int questions() const { return questions_; }

  /// An answer with this code and these addresses (4 or 16 bytes each).
  static Packet answer(const Packet& question, int rcode, const std::vector<Packet>& addresses = {}) {
    Packet reply = question;
    reply.resize(end_of_question(question));
    reply[2] = 0x81;
    reply[3] = static_cast<std::uint8_t>(0x80 | rcode);
    reply[6] = 0;
    reply[7] = static_cast<std::uint8_t>(addresses.size());
    reply[8] = reply[9] = reply[10] = reply[11] = 0;
    for (const Packet& address : addresses) {
      const auto type = static_cast<std::uint8_t>(address.size() == 4 ? 1 : 28);
      const Packet head = {0xc0, 12, 0, type, 0, 1, 0, 0, 0, 60, 0, static_cast<std::uint8_t>(address.size())};
      reply.insert(reply.end(), head.begin(), head.end());
      reply.insert(reply.end(), address.begin(), address.end());
    }
    return reply;
  }

 private:
  static std::size_t end_of_question(const Packet& question) {
    std::size_t at = 12;
    while (question.at(at) != 0) at += question[at] + 1U;
    return at + 5;
  }

  void serve() {
    Packet question(1500);
    while (true) {
      boost::asio::ip::udp::endpoint asker;
      boost::system::error_code error;
      question.resize(1500);
      question.resize(socket_.receive_from(boost::asio::buffer(question), asker, 0, error));
      if (error || question.size() < 17) return;
      ++questions_;
      const Packet reply = play_(question, question.at(end_of_question(question) - 3));
      if (!reply.empty()) socket_.send_to(boost::asio::buffer(reply), asker, 0, error);
    }
  }

  Play play_;
  boost::asio::io_context context_;
  boost::asio::ip::udp::socket socket_;
  std::atomic<int> questions_{0};
  std::thread thread_;  // last: it uses what stands above
};

}  // namespace oculus::net
