// Whose turn it is to measure. The probe loop thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstddef>
#include <list>

#include "model/time.hpp"

namespace oculus::collect {

/// A burst of rounds would measure our own queueing, so few of them may be in their first moments, where nearly all of
/// the work falls. Who is still at it after `fresh_for` waits for its target, which costs us no more than a descriptor:
/// its place goes to the next in line, so that targets that do not answer hold nobody up. And one at most begins in
/// each turn of the loop: what is ready for those under way goes first, so that a burst is as wide as the targets are
/// slow and not as we are. First come, first served.
class Turns {
 public:
  struct Limits {
    std::size_t fresh = 64;
    std::size_t open = 512;  // in all
    std::chrono::microseconds fresh_for = std::chrono::milliseconds(250);
  };

  /// Whoever wants turns, one at a time; gives up before it goes.
  class Holder {
   public:
    virtual void on_turn() = 0;

   protected:
    ~Holder() = default;

   private:
    friend Turns;
    enum class Stand { outside, in_line, fresh, patient };
    Stand stand_ = Stand::outside;
    std::list<Holder*>::iterator place_;  // in the list of its stand
    Clock::time_point since_;             // on_turn
  };

  Turns(boost::asio::io_context& loop, Limits limits) : limits_(limits), timer_(loop), pace_(loop) {}

  /// `on_turn` follows, before this returns where there is room and nobody has begun in this turn of the loop.
  void ask(Holder& holder);
  /// Ends the holder's turn or its waiting for one.
  void give_up(Holder& holder);
  /// Before it goes, so that its timers refer to it no longer.
  void close() {
    timer_.cancel();
    pace_.cancel();
  }

 private:
  void put(Holder& holder, Holder::Stand stand);
  std::list<Holder*>& list(Holder::Stand stand);
  bool make_room();
  void serve();

  const Limits limits_;
  std::list<Holder*> in_line_, fresh_, patient_;  // the first two in order of time
  boost::asio::steady_timer timer_;               // for the time that makes room
  boost::asio::steady_timer pace_;                // for the next turn of the loop
  bool begun_ = false;                            // somebody has, in this turn of the loop
};

}  // namespace oculus::collect
