#include "collect/runner.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <exception>
#include <utility>

#include "collect/round_record.hpp"
#include "model/duration.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;

constexpr auto kGrace = 1s;            // past its deadline, or after cancel(), a collector counts as broken
constexpr auto kLongestSleep = 10min;  // the wall clock may be slewed meanwhile
constexpr auto kEarly = 10ms;          // a timer that is ahead of the wall clock by no more has come in time
constexpr auto kStall = 100ms;         // behind its deadline a time-out is the loop's, which did not run
constexpr auto kLongestTimeout = 24h;

microseconds spread(const std::string& key, microseconds over) {
  const auto span = static_cast<std::uint64_t>(std::max(over, 1us).count());
  return microseconds(static_cast<std::int64_t>(XXH64(key.data(), key.size(), 0) % span));
}

}  // namespace

Runner::Runner(House& house, Enrolment enrolment, std::unique_ptr<Collector> collector, Ledger::Page page)
    : house_(house),
      enrolment_(std::move(enrolment)),
      collector_(std::move(collector)),
      page_(std::move(page)),
      slot_timer_(house.loop),
      round_timer_(house.loop) {}

Runner::~Runner() = default;

void Runner::begin() {
  for (const Series& series : collector_->series()) send(store::UpsertSeries{series});
  const TimePoint present = house_.clock.now();
  const Schedule& schedule = enrolment_.schedule;
  const auto interval = schedule.interval();
  slot_ = interval ? present + spread(slot_key(), std::min(house_.start_spread, *interval))
                   : schedule.next(present, slot_key());
  sleep();
}

// On the grid of the schedule, and never sooner than half an interval: behind the first slot and after a step of the
// clock the grid may lie anywhere.
TimePoint Runner::slot_after(TimePoint slot) const {
  const auto interval = enrolment_.schedule.interval();
  return enrolment_.schedule.next(interval ? slot + *interval / 2 : slot, slot_key());
}

void Runner::sleep() {
  house_.ledger.next_slot(page_, slot_);
  arm();
}

void Runner::arm() {
  const TimePoint present = house_.clock.now();
  slot_timer_.expires_after(std::clamp<microseconds>(slot_ - present, 0us, kLongestSleep));
  slot_timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& cancelled) {
    if (const auto self = weak.lock(); self && !cancelled) self->on_slot_timer();
  });
}

void Runner::on_slot_timer() {
  if (ending_) return;
  TimePoint present = house_.clock.now();
  if (slot_ - present > kEarly) return arm();
  present = std::max(present, slot_);
  std::uint64_t missed = busy() ? 1 : 0;  // [G1]
  for (slot_ = slot_after(slot_); slot_ <= present; slot_ = slot_after(slot_)) ++missed;
  if (missed > 0) house_.ledger.missed(page_, missed);
  sleep();
  if (!busy()) want_round();
}

void Runner::run_now() {
  if (!busy() && !ending_) want_round();
}

void Runner::want_round() {
  measuring_ = true;
  attempt_ = 0;
  excused_ = false;
  house_.turns.ask(*this);
}

void Runner::on_turn() {
  ++attempt_;
  open_ = ++tickets_;
  house_.ledger.began(page_);
  deadline_ = Clock::now() + std::min<microseconds>(enrolment_.timeout, kLongestTimeout);
  wait(deadline_ + kGrace, &Runner::on_overdue);
  measure(open_, deadline_);
}

// What the collector throws is its answer.
void Runner::measure(std::uint64_t ticket, Deadline deadline) {
  auto done = [mailbox = house_.mailbox, weak = weak_from_this(), ticket](Round round) {
    mailbox->post([weak, ticket, at = Clock::now(), round = std::move(round)] {
      if (const auto self = weak.lock()) self->on_answer(ticket, at, round);
    });
  };
  std::string thrown;
  try {
    return collector_->collect(deadline, std::move(done));
  } catch (const std::exception& error) {
    thrown = error.what();
  } catch (...) {
    thrown = "something that is no std::exception";
  }
  on_answer(ticket, Clock::now(), Round::failed("internal", fmt::format("the collector threw: {}", thrown)));
}

void Runner::wait(Deadline until, void (Runner::*then)()) {
  round_timer_.expires_at(until);
  round_timer_.async_wait([weak = weak_from_this(), then](const boost::system::error_code& cancelled) {
    const auto self = weak.lock();
    if (!self || cancelled || Clock::now() < self->round_timer_.expiry()) return;  // it was set anew meanwhile
    ((*self).*then)();
  });
}

void Runner::on_answer(std::uint64_t ticket, Clock::time_point at, const Round& round) {
  if (ticket != open_) return tell_broken("answered one round twice; its first answer counts");
  open_ = 0;
  round_timer_.cancel();
  if (!measuring_ || ending_) {  // the round was ended without it
    measuring_ = false;
    house_.ledger.ended(page_);
    house_.turns.give_up(*this);
    return end_if_asked();
  }
  if (round.reason == "timeout" && at > deadline_ + kStall && !std::exchange(excused_, true)) {  // [G7]
    --attempt_;
    house_.turns.give_up(*this);
    return house_.turns.ask(*this);
  }
  if (!round.success && attempt_ <= enrolment_.retries) {
    house_.turns.give_up(*this);
    return wait(Clock::now() + enrolment_.retry_interval, &Runner::on_pause_over);  // [G3]
  }
  give_verdict(at, round);
  house_.ledger.ended(page_);
  house_.turns.give_up(*this);  // last: the next round begins within
}

void Runner::on_pause_over() {
  if (open_ == 0 && measuring_) house_.turns.ask(*this);
}

// The deadline is long past and the collector is silent: the round ends without it. As rounds never overlap there is no
// other before it has answered.  [G6]
void Runner::on_overdue() {
  if (open_ == 0) return;
  if (ending_) {
    tell_broken("does not end when it is cancelled; it was left behind");
    return end_if_asked(false);
  }
  collector_->cancel();
  give_verdict(Clock::now(), Round::failed("internal", "the collector did not answer by its deadline"));
  house_.turns.give_up(*this);
}

void Runner::give_verdict(Clock::time_point at, const Round& round) {
  measuring_ = false;
  const TimePoint ended = std::chrono::floor<std::chrono::milliseconds>(house_.clock.at(at));
  const TimePoint stamp = std::max(ended, last_stamp_ + 1ms);  // [G2]
  last_stamp_ = stamp;
  tell_change(house_.ledger.verdict(page_, round, stamp), round, stamp);
  storing_ = true;
  house_.writer.send(store::InsertValues{samples_of(round, collector_->series(), stamp, attempt_)},
                     [mailbox = house_.mailbox, weak = weak_from_this()](const Result<>&) {
                       // A closed writer refuses: the process is ending, and what waits for the acceptance goes on.
                       mailbox->post([weak] {
                         const auto self = weak.lock();
                         if (!self) return;
                         self->storing_ = false;
                         self->end_if_asked();
                       });
                     });
}

// [G4]
void Runner::tell_change(const Ledger::Change& change, const Round& round, TimePoint at) {
  const std::string& category = collector_->series().front().category;
  if (change.fails && (!change.failed_since || (is_ours(round.reason) && !change.was_ours)))
    send(store::InsertEvent{began_to_fail(round, what(), category, at)});
  if (!change.fails && change.failed_since)
    send(store::InsertEvent{recovered(what(), category, *change.failed_since, at)});
}

void Runner::tell_broken(std::string_view how) {
  if (std::exchange(told_broken_, true)) return;
  send(store::InsertEvent{broken(what(), collector_->series().front().category, how)});
}

void Runner::end(std::function<void(bool)> ended) {
  ending_ = true;
  ended_ = std::move(ended);
  slot_timer_.cancel();
  if (open_ != 0) {
    collector_->cancel();
    wait(Clock::now() + kGrace, &Runner::on_overdue);
    return;
  }
  measuring_ = false;
  round_timer_.cancel();
  house_.turns.give_up(*this);
  end_if_asked();
}

void Runner::end_if_asked(bool in_order) {
  if (!ending_ || !ended_ || (in_order && busy())) return;
  house_.turns.give_up(*this);
  std::exchange(ended_, {})(in_order);
}

void Runner::clock_was_set(microseconds step) {
  last_stamp_ = {};
  if (ending_) return;
  if (enrolment_.schedule.interval()) {  // its timer goes by the steady clock and stands
    slot_ += step;
    return house_.ledger.next_slot(page_, slot_);
  }
  // From a little before: the step was noticed up to a second late, and a slot may have come in between.
  slot_ = enrolment_.schedule.next(house_.clock.now() - 1s, slot_key());
  sleep();
}

}  // namespace oculus::collect
