#include "collect/collector.hpp"

#include <utility>

namespace oculus::collect {

Round Round::failed(std::string reason, std::string detail) {
  Round round;
  round.success = false;
  round.reason = std::move(reason);
  round.detail = std::move(detail);
  return round;
}

}  // namespace oculus::collect
