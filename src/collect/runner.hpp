// One collector at work: its slots, attempts, stamps and verdicts. The probe loop thread; made on any.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "collect/collector.hpp"
#include "collect/ledger.hpp"
#include "collect/mailbox.hpp"
#include "collect/registry.hpp"
#include "collect/turns.hpp"
#include "collect/wall_clock.hpp"
#include "store/store_writer.hpp"

namespace oculus::collect {

class Runner final : public std::enable_shared_from_this<Runner>, private Turns::Holder {
 public:
  /// What the runners of a registry share; outlives them.
  struct House {
    boost::asio::io_context& loop;
    std::shared_ptr<Mailbox> mailbox;  // shared: late answers come through it
    store::StoreWriter& writer;
    Ledger& ledger;
    Turns& turns;
    WallClock& clock;
    std::chrono::microseconds start_spread;
  };

  Runner(House& house, Enrolment enrolment, std::unique_ptr<Collector> collector, Ledger::Page page);
  ~Runner();
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  /// Declares the series and waits for the first slot.
  void begin();
  /// A round now, apart from the schedule, unless one is under way.
  void run_now();
  /// Cancels the round under way; nothing of it is stored. `ended` is called once, when what was stored before is
  /// accepted: `in_order` is false where the collector did not heed the cancellation, and it has to be kept until it
  /// has answered.
  void end(std::function<void(bool in_order)> ended);
  /// The collector has a round open, perhaps one that was given up.
  [[nodiscard]] bool owes_an_answer() const noexcept { return open_ != 0; }

  void clock_was_set(microseconds step);

 private:
  [[nodiscard]] std::string what() const { return in_words(enrolment_.type, enrolment_.name); }
  [[nodiscard]] std::string slot_key() const { return enrolment_.type + '/' + enrolment_.name; }
  [[nodiscard]] TimePoint slot_after(TimePoint slot) const;
  [[nodiscard]] bool busy() const noexcept { return measuring_ || storing_ || open_ != 0; }

  void sleep();
  void arm();
  void on_slot_timer();
  void want_round();
  void on_turn() override;
  void measure(std::uint64_t ticket, Deadline deadline);
  void wait(Deadline until, void (Runner::*then)());
  void on_answer(std::uint64_t ticket, Clock::time_point at, const Round& round);
  void on_pause_over();
  void on_overdue();
  void give_verdict(Clock::time_point at, const Round& round);
  void tell_change(const Ledger::Change& change, const Round& round, TimePoint at);
  void tell_broken(std::string_view how);
  void end_if_asked(bool in_order = true);
  void send(store::Command command) { house_.writer.send(std::move(command), {}); }

  House& house_;
  const Enrolment enrolment_;
  const std::unique_ptr<Collector> collector_;
  const Ledger::Page page_;
  boost::asio::steady_timer slot_timer_;
  boost::asio::steady_timer round_timer_;  // a pause between attempts, or how long an answer may take
  TimePoint slot_{};                       // the next one
  TimePoint last_stamp_{};                 // [G2]
  int attempt_ = 0;
  Deadline deadline_;          // of the attempt
  bool excused_ = false;       // an attempt of this round was made again because we had stalled  [G7]
  std::uint64_t tickets_ = 0;  // one for each attempt
  std::uint64_t open_ = 0;     // the ticket that the collector has not answered yet; 0: none
  bool measuring_ = false;     // from the slot to the verdict
  bool storing_ = false;       // from the verdict until the writer has accepted the samples
  bool told_broken_ = false;
  std::function<void(bool)> ended_;
  bool ending_ = false;
};

}  // namespace oculus::collect
