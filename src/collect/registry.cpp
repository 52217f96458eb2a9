#include "collect/registry.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <future>
#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "collect/round_record.hpp"
#include "collect/wall_clock_watch.hpp"
#include "model/duration.hpp"
#include "net/loop_asio.hpp"
#include "store/store_writer.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono_literals;
using Key = std::pair<std::string, std::string>;

microseconds spread(const Key& key, microseconds over) {
  const std::string text = key.first + '/' + key.second;
  return microseconds(
      static_cast<std::int64_t>(XXH64(text.data(), text.size(), 0) % static_cast<std::uint64_t>(over.count())));
}

}  // namespace

// One collector at work. All but `status` belongs to the loop thread; `status` is under Impl::mutex.
struct Entry {
  Entry(Enrolment given, std::unique_ptr<Collector> runs, boost::asio::io_context& loop)
      : enrolment(std::move(given)), collector(std::move(runs)), slot_timer(loop), retry_timer(loop) {}

  [[nodiscard]] Key key() const { return {enrolment.type, enrolment.name}; }
  [[nodiscard]] std::string what() const { return fmt::format("{} '{}'", enrolment.type, enrolment.name); }

  Enrolment enrolment;
  std::unique_ptr<Collector> collector;
  boost::asio::steady_timer slot_timer, retry_timer;
  TimePoint slot{};        // the next one
  TimePoint last_stamp{};  // [G2]
  int attempt = 0;
  bool busy = false;     // from the slot until the writer has accepted the samples  [G1]
  bool running = false;  // the collector itself is at work
  bool stopping = false;
  std::function<void()> stopped;
  RunStatus status;
};

struct Registry::Impl {
  Impl(net::Loop& runs_on, store::StoreWriter& to, Settings given)
      : loop(runs_on), writer(to), settings(given), watch(now(), Clock::now()), watch_timer(net::context(runs_on)) {}

  using Held = std::shared_ptr<Entry>;  // shared: timers and answers under way may outlast the index

  // The loop thread's work.
  void begin(const Held& entry);
  void arm(const Held& entry);
  void on_slot(const Held& entry);
  void want_turn(const Held& entry);
  void attempt(const Held& entry);
  void on_done(const Held& entry, Round round);
  void finish(const Held& entry, const Round& round);
  void record(const Held& entry, const Round& round, TimePoint at);
  void give_turn_back();
  void end_if_stopping(const Held& entry);
  void halt(const Held& entry, std::function<void()> stopped);
  void watch_clock();
  void send(store::Command command, std::function<void()> accepted = {});

  net::Loop& loop;
  store::StoreWriter& writer;
  const Settings settings;

  mutable std::mutex mutex;  // guards the three below and every Entry::status
  std::map<Key, Held> entries;
  std::map<Symbol, std::string> symbols;  // of `entries`, with who holds them
  std::map<std::string, Totals> totals;

  // The loop thread's own.
  std::set<Held> live;  // all that have not ended yet, stopping ones included
  std::deque<Held> waiting_for_turn;
  std::size_t turns_taken = 0;
  std::function<void()> all_ended;
  WallClockWatch watch;
  boost::asio::steady_timer watch_timer;
};

void Registry::Impl::send(store::Command command, std::function<void()> accepted) {
  // A closed writer refuses: the process is ending, and what waits for the acceptance goes on.
  writer.send(std::move(command), [this, accepted = std::move(accepted)](const Result<>&) {
    if (accepted) loop.post(accepted);
  });
}

void Registry::Impl::begin(const Held& entry) {
  if (live.empty()) watch_clock();
  live.insert(entry);
  for (const Series& series : entry->collector->series()) send(store::UpsertSeries{series});
  const Schedule& schedule = entry->enrolment.schedule;
  const auto interval = schedule.interval();
  entry->slot = interval ? now() + spread(entry->key(), std::min(settings.start_spread, *interval))
                         : schedule.next(now(), entry->enrolment.name);
  arm(entry);
}

void Registry::Impl::arm(const Held& entry) {
  {
    const std::scoped_lock lock(mutex);
    entry->status.next_run = entry->slot;
  }
  entry->slot_timer.expires_after(std::max<std::chrono::nanoseconds>(entry->slot - now(), 0ns));
  entry->slot_timer.async_wait([this, entry](const boost::system::error_code& cancelled) {
    if (!cancelled && !entry->stopping) on_slot(entry);
  });
}

void Registry::Impl::on_slot(const Held& entry) {
  const TimePoint due = entry->slot;
  const TimePoint present = std::max(now(), due);
  const Schedule& schedule = entry->enrolment.schedule;
  entry->slot = schedule.next(present, entry->enrolment.name);
  std::uint64_t missed = entry->busy ? 1 : 0;
  if (const auto interval = schedule.interval()) missed += static_cast<std::uint64_t>((present - due) / *interval);
  if (missed > 0) {
    const std::scoped_lock lock(mutex);
    entry->status.missed_slots += missed;
    totals[entry->enrolment.type].missed_slots += missed;
  }
  arm(entry);
  if (!entry->busy) want_turn(entry);
}

void Registry::Impl::want_turn(const Held& entry) {
  entry->busy = true;
  entry->attempt = 0;
  if (turns_taken == settings.most_at_once) {
    waiting_for_turn.push_back(entry);
    return;
  }
  ++turns_taken;
  attempt(entry);
}

void Registry::Impl::attempt(const Held& entry) {
  ++entry->attempt;
  entry->running = true;
  {
    const std::scoped_lock lock(mutex);
    entry->status.running = true;
  }
  entry->collector->collect(Clock::now() + entry->enrolment.timeout, [this, entry](Round round) {
    loop.post([this, entry, round = std::move(round)]() mutable { on_done(entry, std::move(round)); });
  });
}

void Registry::Impl::on_done(const Held& entry, Round round) {
  entry->running = false;
  const bool again = !round.success && entry->attempt <= entry->enrolment.retries && !entry->stopping;
  if (!again) {
    give_turn_back();
    finish(entry, round);
    return;
  }
  entry->retry_timer.expires_after(entry->enrolment.retry_interval);  // [G3]
  entry->retry_timer.async_wait([this, entry](const boost::system::error_code&) {
    if (!entry->stopping) return attempt(entry);
    give_turn_back();
    entry->busy = false;
    end_if_stopping(entry);
  });
}

void Registry::Impl::give_turn_back() {
  --turns_taken;
  while (!waiting_for_turn.empty() && turns_taken < settings.most_at_once) {
    const Held next = std::move(waiting_for_turn.front());
    waiting_for_turn.pop_front();
    ++turns_taken;
    attempt(next);
  }
}

void Registry::Impl::finish(const Held& entry, const Round& round) {
  if (entry->stopping && !round.success) {  // it was cancelled: that says nothing of the target
    entry->busy = false;
    end_if_stopping(entry);
    return;
  }
  const TimePoint at = std::max(now_ms(), entry->last_stamp + 1ms);  // [G2]
  entry->last_stamp = at;
  record(entry, round, at);
  send(store::InsertValues{samples_of(round, entry->collector->series(), at, entry->attempt)}, [this, entry] {
    entry->busy = false;
    end_if_stopping(entry);
  });
}

void Registry::Impl::record(const Held& entry, const Round& round, TimePoint at) {
  std::optional<TimePoint> was_failing_since;
  std::string category;
  {
    const std::scoped_lock lock(mutex);
    RunStatus& status = entry->status;
    status.running = false;
    ++status.runs;
    status.last_run = at;
    status.last_success = round.success;
    status.took = round.took;
    status.reason = round.success ? std::string() : round.reason;
    status.detail = round.success ? std::string() : round.detail;
    was_failing_since = status.failing_since;
    category = status.category;
    Totals& sum = totals[entry->enrolment.type];
    if (round.success) {
      ++sum.successes;
      status.failing_since.reset();
    } else {
      ++sum.failures;
      ++status.failures;
      if (!was_failing_since) status.failing_since = at;
      status.last_failure = at;
      status.last_failing_answer = round.evidence;
    }
  }
  if (!round.success && !was_failing_since)
    send(store::InsertEvent{began_to_fail(round, entry->what(), category, at)});  // [G4]
  if (round.success && was_failing_since)
    send(store::InsertEvent{recovered(entry->what(), category, *was_failing_since, at)});
}

void Registry::Impl::halt(const Held& entry, std::function<void()> stopped) {
  entry->stopping = true;
  entry->stopped = std::move(stopped);
  entry->slot_timer.cancel();
  entry->retry_timer.cancel();
  if (entry->running) entry->collector->cancel();
  if (const auto waits = std::find(waiting_for_turn.begin(), waiting_for_turn.end(), entry);
      waits != waiting_for_turn.end()) {
    waiting_for_turn.erase(waits);
    entry->busy = false;
  }
  end_if_stopping(entry);
}

void Registry::Impl::end_if_stopping(const Held& entry) {
  if (!entry->stopping || entry->busy || live.erase(entry) == 0) return;
  if (live.empty()) watch_timer.cancel();
  if (entry->stopped) entry->stopped();
  if (live.empty() && all_ended) std::exchange(all_ended, {})();
}

void Registry::Impl::watch_clock() {
  watch_timer.expires_after(1s);
  watch_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    if (const auto step = watch.look(now(), Clock::now())) {
      Event event;
      event.severity = Severity::warn;
      event.message = fmt::format("the clock of this machine was set {} by {}", *step < 0us ? "back" : "forward",
                                  to_string(std::chrono::abs(std::chrono::floor<std::chrono::milliseconds>(*step))));
      send(store::InsertEvent{std::move(event)});
      for (const Held& entry : live) {
        entry->last_stamp = {};
        if (entry->stopping) continue;
        entry->slot = entry->enrolment.schedule.next(now(), entry->enrolment.name);
        arm(entry);
      }
    }
    watch_clock();
  });
}

Registry::Registry(net::Loop& loop, store::StoreWriter& writer, Settings settings)
    : impl_(std::make_unique<Impl>(loop, writer, settings)) {}
Registry::Registry(net::Loop& loop, store::StoreWriter& writer) : Registry(loop, writer, Settings()) {}
Registry::~Registry() { stop_all(); }

Result<> Registry::start(Enrolment enrolment, std::unique_ptr<Collector> collector) {
  const Key key{enrolment.type, enrolment.name};
  auto entry = std::make_shared<Entry>(std::move(enrolment), std::move(collector), net::context(impl_->loop));
  const std::scoped_lock lock(impl_->mutex);
  if (impl_->entries.contains(key))
    return failure(ErrorKind::conflict, fmt::format("{} is running already", entry->what()), "choose another name");
  for (const Series& series : entry->collector->series())
    if (const auto holder = series.symbol ? impl_->symbols.find(*series.symbol) : impl_->symbols.end();
        holder != impl_->symbols.end())
      return failure(
          ErrorKind::conflict,
          fmt::format("{} and {} both end in the symbol {}", entry->what(), holder->second, series.symbol->text()),
          "give one of them another name, or a `symbol:`");

  RunStatus& status = entry->status;
  status.type = key.first;
  status.name = key.second;
  status.group = entry->enrolment.group;
  status.schedule = entry->enrolment.schedule.text();
  status.series = entry->collector->series();
  if (!status.series.empty()) status.category = status.series.front().category;
  for (const Series& series : status.series)
    if (series.symbol) impl_->symbols.emplace(*series.symbol, entry->what());
  impl_->entries.emplace(key, entry);
  impl_->totals[key.first].type = key.first;
  impl_->loop.post([impl = impl_.get(), entry] { impl->begin(entry); });
  return {};
}

Result<> Registry::stop(const std::string& type, const std::string& name, Leaving leaving,
                        std::function<void()> stopped) {
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->entries.find({type, name});
  if (found == impl_->entries.end())
    return failure(ErrorKind::not_found, fmt::format("no collector {} '{}' is running", type, name));
  auto entry = std::move(found->second);
  impl_->entries.erase(found);
  if (leaving ==
      Leaving::gone)  // at once, so that a successor of the same identity is declared behind it and revives the series
    for (const Series& series : entry->status.series) impl_->send(store::RetireSeries{series.id()});
  for (const Series& series : entry->status.series)
    if (series.symbol) impl_->symbols.erase(*series.symbol);
  impl_->loop.post([impl = impl_.get(), entry, stopped = std::move(stopped)] { impl->halt(entry, stopped); });
  return {};
}

Result<> Registry::run_now(const std::string& type, const std::string& name) {
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->entries.find({type, name});
  if (found == impl_->entries.end())
    return failure(ErrorKind::not_found, fmt::format("no collector {} '{}' is running", type, name));
  impl_->loop.post([impl = impl_.get(), entry = found->second] {
    if (!entry->busy && !entry->stopping) impl->want_turn(entry);
  });
  return {};
}

bool Registry::stop_all(Deadline deadline) {
  const auto ended = std::make_shared<std::promise<void>>();  // shared: the wait may end before the collectors do
  impl_->loop.post([impl = impl_.get(), ended] {
    std::map<Key, Impl::Held> all;
    {
      const std::scoped_lock lock(impl->mutex);
      all.swap(impl->entries);
      impl->symbols.clear();
    }
    for (const auto& [key, entry] : all) impl->halt(entry, {});
    impl->all_ended = [ended] { ended->set_value(); };
    if (impl->live.empty()) std::exchange(impl->all_ended, {})();
  });
  auto end = ended->get_future();
  if (deadline != Deadline::max()) return end.wait_until(deadline) == std::future_status::ready;
  end.wait();
  return true;
}

std::vector<RunStatus> Registry::list() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<RunStatus> all;
  for (const auto& [key, entry] : impl_->entries) all.push_back(entry->status);
  return all;
}

std::optional<RunStatus> Registry::find(const std::string& type, const std::string& name) const {
  const std::scoped_lock lock(impl_->mutex);
  const auto found = impl_->entries.find({type, name});
  return found == impl_->entries.end() ? std::nullopt : std::optional(found->second->status);
}

std::vector<Registry::Totals> Registry::totals() const {
  const std::scoped_lock lock(impl_->mutex);
  std::vector<Totals> all;
  for (const auto& [type, sum] : impl_->totals) all.push_back(sum);
  return all;
}

}  // namespace oculus::collect
