#include "collect/turns.hpp"

#include <iterator>

namespace oculus::collect {

std::list<Turns::Holder*>& Turns::list(Holder::Stand stand) {
  return stand == Holder::Stand::in_line ? in_line_ : stand == Holder::Stand::fresh ? fresh_ : patient_;
}

void Turns::put(Holder& holder, Holder::Stand stand) {
  auto& to = list(stand);
  if (holder.stand_ == Holder::Stand::outside)
    to.push_back(&holder);
  else
    to.splice(to.end(), list(holder.stand_), holder.place_);
  holder.place_ = std::prev(to.end());
  holder.stand_ = stand;
}

void Turns::ask(Holder& holder) {
  put(holder, Holder::Stand::in_line);
  serve();
}

void Turns::give_up(Holder& holder) {
  if (holder.stand_ == Holder::Stand::outside) return;
  list(holder.stand_).erase(holder.place_);
  holder.stand_ = Holder::Stand::outside;
  serve();
}

// False when the next in line has to wait; the timer is set where time alone makes room.
bool Turns::make_room() {
  if (fresh_.size() + patient_.size() >= limits_.open) return false;
  if (fresh_.size() < limits_.fresh) return true;
  Holder& oldest = *fresh_.front();
  if (const auto ripe = oldest.since_ + limits_.fresh_for; Clock::now() < ripe) {
    timer_.expires_at(ripe);
    timer_.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled) serve();
    });
    return false;
  }
  put(oldest, Holder::Stand::patient);
  return true;
}

void Turns::serve() {
  if (begun_ || in_line_.empty() || !make_room()) return;
  begun_ = true;                               // also: asked from within on_turn
  pace_.expires_at(Clock::time_point::min());  // due at once, and behind all that is ready by then
  pace_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    begun_ = false;
    serve();
  });
  Holder& next = *in_line_.front();
  put(next, Holder::Stand::fresh);
  next.since_ = Clock::now();
  next.on_turn();
}

}  // namespace oculus::collect
