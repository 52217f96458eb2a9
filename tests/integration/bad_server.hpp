// A TCP server on a free port that accepts and then misbehaves in one way.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace oculus::integration {

enum class Misbehaviour {
  silence,    // accepts and never answers
  reset,      // resets the connection when the request is there
  flood,      // answers with a body of 100 MB
  drip,       // a good head, then a byte of the body each second
  gibberish,  // answers what is no HTTP
};

class BadServer {
 public:
  explicit BadServer(Misbehaviour misbehaviour);
  ~BadServer();
  BadServer(const BadServer&) = delete;
  BadServer& operator=(const BadServer&) = delete;

  [[nodiscard]] std::string url() const;

 private:
  void accept_all();
  void serve(int client) const;

  const Misbehaviour misbehaviour_;
  int listener_ = -1, closing_[2] = {-1, -1};  // the pipe ends every wait
  std::uint16_t port_ = 0;
  std::vector<std::thread> clients_;  // of accept_all only, until it has ended
  std::thread accepting_;
};

}  // namespace oculus::integration
