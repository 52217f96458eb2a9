// Why a client did not get through: what a check finds out, not an error of ours. Plain values; any thread.
#pragma once

#include <boost/system/error_code.hpp>
#include <expected>
#include <string>
#include <utility>

namespace oculus::net {

struct Failure {
  std::string
      reason;  // one word for the tag `error`: dns, refused, timeout, reset, unreachable, tls, gate, proxy, protocol, …
  std::string detail;  // one sentence for people, without a full stop; no secrets
};

template <class T>
using Outcome = std::expected<T, Failure>;

inline std::unexpected<Failure> failed(std::string reason, std::string detail) {
  return std::unexpected(Failure{std::move(reason), std::move(detail)});
}

/// The reason behind an error number of the socket calls.
std::string reason_of(const boost::system::error_code& error);

}  // namespace oculus::net
