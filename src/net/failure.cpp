#include "net/failure.hpp"

#include <cerrno>

namespace oculus::net {

std::string reason_of(const boost::system::error_code& error) {
  switch (error.value()) {
    case ECONNREFUSED:
      return "refused";
    case ETIMEDOUT:
      return "timeout";
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
      return "reset";
    case EACCES:  // what a `prohibit` route answers
    case EPERM:   // what a local packet filter answers
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case ENETUNREACH:
    case EHOSTUNREACH:
      return "unreachable";
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM:
      return "internal";  // the want of descriptors or memory is ours
    default:
      return "unreachable";
  }
}

}  // namespace oculus::net
