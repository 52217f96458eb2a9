#include "web/sessions.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <array>
#include <stdexcept>

namespace oculus::web {

std::string Sessions::open(Clock::time_point now) {
  std::array<unsigned char, 32> random{};
  if (RAND_bytes(random.data(), static_cast<int>(random.size())) != 1)
    throw std::runtime_error("the system has no random numbers for a session");
  std::string id;
  for (const unsigned char byte : random) id += fmt::format("{:02x}", byte);
  while (by_age_.size() >= most_) {
    ends_.erase(by_age_.front());
    by_age_.pop_front();
  }
  by_age_.push_back(id);
  ends_.emplace(id, now + kLifetime);
  return id;
}

bool Sessions::knows(std::string_view id, Clock::time_point now) const {
  const auto found = ends_.find(std::string(id));
  return found != ends_.end() && now < found->second;
}

void Sessions::close(std::string_view id) { ends_.erase(std::string(id)); }

bool same_secret(std::string_view candidate, std::string_view secret) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> a{};
  std::array<unsigned char, SHA256_DIGEST_LENGTH> b{};
  SHA256(reinterpret_cast<const unsigned char*>(candidate.data()), candidate.size(), a.data());
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(), b.data());
  return CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace oculus::web
