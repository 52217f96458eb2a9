#include "collect/registry.hpp"

#include <fmt/format.h>

#include <boost/asio/steady_timer.hpp>
#include <future>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "collect/ledger.hpp"
#include "collect/mailbox.hpp"
#include "collect/runner.hpp"
#include "collect/turns.hpp"
#include "collect/wall_clock.hpp"
#include "model/duration.hpp"
#include "net/loop_asio.hpp"
#include "oculus/storage.hpp"
#include "store/database.hpp"

namespace oculus::collect {

using namespace std::chrono_literals;

struct Registry::Impl {
  using Held = std::shared_ptr<Runner>;  // shared: timers and answers under way hold it weakly
  using Key = std::pair<std::string, std::string>;

  Impl(net::Loop& runs_on, store::StoreWriter* to, std::shared_ptr<store::Database> kept, Settings given);

  // The loop thread's work.
  void begin(const Key& key, const Held& runner);
  void end(const Key& key, std::function<void()> stopped);
  void end_all(std::function<void()> ended);
  void on_ended(const Held& runner, const std::function<void()>& stopped, bool in_order);
  void watch_clock();
  void on_step(microseconds step);

  net::Loop& loop;
  const std::shared_ptr<store::Database> database;  // shared with the library's handles; null in the program
  store::StoreWriter* const writer;                 // null: read only, and nothing starts
  Ledger ledger;
  std::mutex asking;  // keeps the ledger and what is posted to the loop in one order

  // The loop thread's own.
  Turns turns;
  WallClock clock;
  boost::asio::steady_timer watch_timer;
  std::optional<Runner::House> house;  // where there is a writer
  std::map<Key, Held> at_work;
  std::set<Held> ending;
  std::set<Held> left_behind;  // ended, and still owing an answer
  std::function<void()> all_ended;
};

Registry::Impl::Impl(net::Loop& runs_on, store::StoreWriter* to, std::shared_ptr<store::Database> kept, Settings given)
    : loop(runs_on),
      database(std::move(kept)),
      writer(to),
      turns(net::context(runs_on),
            {.fresh = given.most_at_once, .open = given.most_open, .fresh_for = given.first_moments}),
      clock(std::move(given.wall_clock), [this](microseconds step) { on_step(step); }),
      watch_timer(net::context(runs_on)) {
  if (writer != nullptr)
    house.emplace(net::context(loop), std::make_shared<Mailbox>(loop), *writer, ledger, turns, clock,
                  given.start_spread);
}

void Registry::Impl::begin(const Key& key, const Held& runner) {
  if (at_work.empty()) watch_clock();
  at_work[key] = runner;
  runner->begin();
}

void Registry::Impl::end(const Key& key, std::function<void()> stopped) {
  const auto found = at_work.extract(key);
  const Held runner = found.mapped();
  ending.insert(runner);
  runner->end([this, weak = std::weak_ptr(runner), stopped = std::move(stopped)](bool in_order) {
    if (const auto self = weak.lock()) on_ended(self, stopped, in_order);
  });
}

void Registry::Impl::on_ended(const Held& runner, const std::function<void()>& stopped, bool in_order) {
  ending.erase(runner);
  if (!in_order) left_behind.insert(runner);
  if (stopped) stopped();
  if (ending.empty() && at_work.empty() && all_ended) std::exchange(all_ended, {})();
}

void Registry::Impl::end_all(std::function<void()> ended) {
  all_ended = std::move(ended);
  while (!at_work.empty()) end(at_work.begin()->first, {});
  if (ending.empty() && all_ended) std::exchange(all_ended, {})();
}

void Registry::Impl::watch_clock() {
  watch_timer.expires_after(1s);
  watch_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    (void)clock.now();
    std::erase_if(left_behind, [](const Held& runner) { return !runner->owes_an_answer(); });
    if (!at_work.empty() || !left_behind.empty()) watch_clock();
  });
}

void Registry::Impl::on_step(microseconds step) {
  Event event;
  event.severity = Severity::warn;
  event.message = fmt::format("the clock of this machine was set {} by {}", step < 0us ? "back" : "forward",
                              to_string(std::chrono::round<std::chrono::seconds>(std::chrono::abs(step))));
  writer->send(store::InsertEvent{std::move(event)}, {});
  for (const auto& [key, runner] : at_work) runner->clock_was_set(step);
}

Registry::Registry(net::Loop& loop, store::StoreWriter& writer, Settings settings)
    : impl_(std::make_unique<Impl>(loop, &writer, nullptr, std::move(settings))) {}
Registry::Registry(net::Loop& loop, const Storage& storage, Settings settings)
    : impl_(std::make_unique<Impl>(loop, storage.database()->writer.get(), storage.database(), std::move(settings))) {}

Registry::~Registry() {
  stop_all();
  // What the loop has begun to handle comes before the second of two messages; after it nothing refers to us.
  std::promise<void> quiet;
  impl_->loop.post([&] {
    if (impl_->house) impl_->house->mailbox->close();
    impl_->watch_timer.cancel();
    impl_->turns.close();
    impl_->loop.post([&] { quiet.set_value(); });
  });
  quiet.get_future().wait();
}

Result<> Registry::start(Enrolment enrolment, std::unique_ptr<Collector> collector) {
  if (!impl_->house) return failure(ErrorKind::database, "the database is opened read only", "mode=rwc or mode=rw");
  const std::scoped_lock order(impl_->asking);
  auto page = impl_->ledger.enter(enrolment, collector->series());
  if (!page) return std::unexpected(std::move(page.error()));
  Impl::Key key{enrolment.type, enrolment.name};
  auto runner = std::make_shared<Runner>(*impl_->house, std::move(enrolment), std::move(collector), std::move(*page));
  impl_->loop.post([impl = impl_.get(), key = std::move(key), runner] { impl->begin(key, runner); });
  return {};
}

Result<> Registry::stop(const std::string& type, const std::string& name, Leaving leaving,
                        std::function<void()> stopped) {
  const std::scoped_lock order(impl_->asking);
  const auto series = impl_->ledger.strike(type, name);
  if (!series) return failure(ErrorKind::not_found, fmt::format("no collector {} is running", in_words(type, name)));
  if (leaving == Leaving::gone)  // now, so that a successor of the same series is declared behind it and revives them
    for (const Series& one : *series) impl_->writer->send(store::RetireSeries{one.id()}, {});
  impl_->loop.post(
      [impl = impl_.get(), key = Impl::Key{type, name}, stopped = std::move(stopped)] { impl->end(key, stopped); });
  return {};
}

Result<> Registry::run_now(const std::string& type, const std::string& name) {
  if (!impl_->ledger.knows(type, name))
    return failure(ErrorKind::not_found, fmt::format("no collector {} is running", in_words(type, name)));
  impl_->loop.post([impl = impl_.get(), key = Impl::Key{type, name}] {
    if (const auto found = impl->at_work.find(key); found != impl->at_work.end()) found->second->run_now();
  });
  return {};
}

bool Registry::stop_all(Deadline deadline) {
  const auto ended = std::make_shared<std::promise<void>>();  // shared: the wait may end before the collectors do
  {
    const std::scoped_lock order(impl_->asking);
    impl_->ledger.strike_all();
    impl_->loop.post([impl = impl_.get(), ended] { impl->end_all([ended] { ended->set_value(); }); });
  }
  auto end = ended->get_future();
  if (deadline != Deadline::max()) return end.wait_until(deadline) == std::future_status::ready;
  end.wait();
  return true;
}

std::vector<RunStatus> Registry::list() const { return impl_->ledger.list(); }
std::optional<RunStatus> Registry::find(const std::string& type, const std::string& name) const {
  return impl_->ledger.find(type, name);
}
std::vector<Registry::Totals> Registry::totals() const { return impl_->ledger.totals(); }

}  // namespace oculus::collect
