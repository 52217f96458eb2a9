#include "store/store_writer.hpp"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cmath>
#include <utility>

namespace oculus::store {
namespace {

using namespace std::chrono_literals;

bool is_row_fault(const Error& error) {
  return error.kind == ErrorKind::invalid_data || error.kind == ErrorKind::conflict ||
         error.kind == ErrorKind::not_found;
}

// The row as a JSON object, whole, for the event that says that it was set aside.
struct Described {
  boost::json::object operator()(const Sample& sample) const {
    boost::json::object row{{"what", "value"},
                            {"series_id", std::to_string(to_signed(sample.series))},
                            {"ts", to_us(sample.at)},
                            {"success", sample.success},
                            {"tags", to_json(sample.tags)}};
    if (sample.value) row["value"] = *sample.value;
    if (sample.took) row["duration_us"] = sample.took->count();
    return row;
  }
  boost::json::object operator()(const UpsertSeries& wish) const {
    boost::json::object row{{"what", "series"},
                            {"identity", wish.series.identity()},
                            {"unit", wish.series.unit},
                            {"description", wish.series.description}};
    if (wish.series.symbol) row["symbol"] = wish.series.symbol->text();
    if (wish.series.interval) row["interval_ms"] = wish.series.interval->count();
    return row;
  }
  boost::json::object operator()(const RetireSeries& wish) const {
    return {{"what", "retire"}, {"series_id", std::to_string(to_signed(wish.series))}};
  }
  boost::json::object operator()(const Event& event) const {
    return {{"what", "event"},
            {"ts", to_us(event.at)},
            {"source", event.source},
            {"kind", to_string(event.kind)},
            {"severity", to_string(event.severity)},
            {"message", event.message},
            {"payload", event.payload}};
  }
  boost::json::object operator()(const PutCollector& wish) const {
    return {{"what", "collector"}, {"type", wish.row.type}, {"name", wish.row.name}};
  }
  boost::json::object operator()(const DeleteCollector& wish) const {
    return {{"what", "collector"}, {"type", wish.type}, {"name", wish.name}};
  }
};

// A batch that the queue cannot hold would never be full.
WriterSettings sensible(WriterSettings settings) {
  settings.channel_capacity = std::max<std::size_t>(1, settings.channel_capacity);
  settings.batch_size = std::clamp<std::size_t>(settings.batch_size, 1, settings.channel_capacity);
  return settings;
}

// Whoever waits for a command that is given up hears why.
struct GivenUp {
  const Result<>& outcome;
  void operator()(const InsertValues& wish) const { tell(wish.committed, outcome); }
  void operator()(const auto& wish) const {
    if constexpr (requires { wish.answer; }) tell(wish.answer, outcome);
  }
};

}  // namespace

StoreWriter::StoreWriter(std::unique_ptr<Storage> storage, WriterSettings settings)
    : settings_(sensible(settings)),
      storage_(std::move(storage)),
      queue_(settings_.channel_capacity, counters_),
      thread_([this] { run(); }) {}

StoreWriter::~StoreWriter() { shutdown(); }

Result<> StoreWriter::try_send(Command command) { return queue_.try_send(std::move(command)); }

void StoreWriter::send(Command command, Answer accepted) { queue_.send(std::move(command), std::move(accepted)); }

Result<> StoreWriter::flush() {
  std::promise<Result<>> flushed;
  auto outcome = flushed.get_future();
  if (auto taken = try_send(Flush{[&](Result<> done) { flushed.set_value(std::move(done)); }}); !taken) return taken;
  return outcome.get();
}

std::size_t StoreWriter::shutdown(Deadline deadline) {
  std::call_once(shut_down_, [&] {
    (void)try_send(Shutdown{});  // refused only when a Shutdown command was sent before, which does as well
    queue_.close();
    const bool in_time =
        deadline == Deadline::max() ? (end_.wait(), true) : end_.wait_until(deadline) == std::future_status::ready;
    if (!in_time) {
      abandoned_ = true;
      queue_.interrupt();
    }
    thread_.join();
  });
  return lost_;
}

std::string StoreWriter::trouble() const {
  const std::scoped_lock lock(trouble_mutex_);
  return trouble_;
}

void StoreWriter::run() {
  pthread_setname_np(pthread_self(), "oculus-writer");
  while (running_ && !abandoned_) {
    // While the database fails nothing more is taken: the queue keeps the order and counts the room.
    if (back_off_ > 0us) {
      if (queue_.wait_until(due_)) commit();
      continue;
    }
    Cleanup* const cleanup = next_cleanup();
    const Deadline idle_until = cleanup == nullptr ? chore_at_ : clean_at_;
    if (auto command = queue_.pop_until(std::min(due_, idle_until)))
      std::visit([this](auto& wish) { handle(wish); }, *command);
    else if (Clock::now() >= idle_until)
      cleanup == nullptr ? do_a_chore() : clean_a_slice(*cleanup);
    const bool wanted = rare_waiting_ || queue_.has_waiting();  // [W5]; and who waits for room gets it
    const bool burst_is_over = wanted && queue_.empty();
    if (burst_is_over || Clock::now() >= due_) commit();
  }
  lost_ = give_up();
  alive_ = false;
  ended_.set_value();
}

void StoreWriter::add_value(Sample sample) {
  if (sample.value && !std::isfinite(*sample.value)) {  // refused at the door: the check failed, whatever it says
    sample.tags.set("error", "not_a_number");
    sample.value.reset();
    sample.success = false;
  }
  if (buffered_values_ == 0) due_ = std::min(due_, Clock::now() + settings_.flush_interval);  // [W3]
  buffer_.push_back({std::move(sample), 1, {}});
  if (++buffered_values_ >= settings_.batch_size) due_ = Deadline::min();
}

void StoreWriter::add_rare(Write row, Answer answer, std::size_t places) {
  buffer_.push_back({std::move(row), places, std::move(answer)});
  rare_waiting_ = true;
  // A burst shares one commit, but not an endless one.
  if (buffer_.size() >= settings_.batch_size) due_ = Deadline::min();
}

void StoreWriter::handle(InsertValue& wish) { add_value(std::move(wish.sample)); }
void StoreWriter::handle(InsertValues& wish) {
  for (Sample& sample : wish.samples) add_value(std::move(sample));
  if (!wish.committed) return;
  answer_after_commit_.push_back(std::move(wish.committed));
  rare_waiting_ = true;
}
void StoreWriter::handle(UpsertSeries& wish) { add_rare(std::move(wish), {}); }
void StoreWriter::handle(RetireSeries& wish) { add_rare(wish, {}); }
void StoreWriter::handle(InsertEvent& wish) { add_rare(std::move(wish.event), {}); }
void StoreWriter::handle(PutCollector& wish) {
  Answer answer = std::exchange(wish.answer, {});
  add_rare(std::move(wish), std::move(answer));
}
void StoreWriter::handle(DeleteCollector& wish) {
  Answer answer = std::exchange(wish.answer, {});
  add_rare(std::move(wish), std::move(answer));
}
void StoreWriter::handle(CleanupValues& wish) {
  clean_before(old_values_, &Storage::delete_values_before, wish.keep, std::move(wish.answer));
}
void StoreWriter::handle(CleanupEvents& wish) {
  clean_before(old_events_, &Storage::delete_events_before, wish.keep, std::move(wish.answer));
}
void StoreWriter::handle(ApplyRetention& wish) {
  not_retained_.slice = [this, retention = std::move(wish.retention), present = now()] {
    return storage_->apply(retention, present);
  };
  not_retained_.answers.push_back(std::move(wish.answer));
}
void StoreWriter::handle(Flush& wish) {
  due_ = Deadline::min();
  if (Cleanup* const cleanup = next_cleanup(); cleanup == nullptr)
    answer_after_commit_.push_back(std::move(wish.answer));  // [W4]
  else  // asked again when that is done, until nothing is left to delete
    cleanup->answers.push_back([this, answer = std::move(wish.answer)](const Result<>& outcome) {
      if (!outcome) return tell(answer, outcome);
      Flush again{answer};
      handle(again);
    });
}
void StoreWriter::handle(Shutdown& wish) {
  answer_after_commit_.push_back(std::move(wish.answer));
  if (commit())
    running_ = false;
  else
    stop_after_commit_ = true;
}

bool StoreWriter::commit() {
  if (!buffer_.empty()) {
    const auto begin = Clock::now();
    if (const auto written = write_buffer(); !written) {
      failed(written.error());
      return false;
    }
    counters_.commit_latency.add(Clock::now() - begin);
    counters_.replaced = storage_->replaced();
  }
  if (back_off_ > 0us) note_trouble({});
  back_off_ = 0us;
  due_ = Deadline::max();
  rare_waiting_ = false;

  std::size_t places = 0;
  for (const Pending& row : buffer_) places += row.places;
  for (std::size_t i = 0; i < buffer_.size(); ++i) tell(buffer_[i].answer, row_answers_[i]);
  buffer_.clear();
  buffered_values_ = 0;
  queue_.release(places);
  for (const Answer& answer : std::exchange(answer_after_commit_, {})) tell(answer, {});
  if (stop_after_commit_) running_ = false;
  tell_news();
  return true;
}

Result<> StoreWriter::write_buffer() {
  row_answers_.assign(buffer_.size(), {});
  std::uint64_t values = 0;
  std::uint64_t aside = 0;
  if (auto begun = storage_->begin(); !begun) return begun;
  for (std::size_t i = 0; i < buffer_.size(); ++i) {
    auto written = storage_->write(buffer_[i].row);
    if (!written && is_row_fault(written.error())) {
      row_answers_[i] = written;
      if (buffer_[i].answer) continue;  // somebody waits for the reason: it is their answer, not an event
      ++aside;
      written = set_aside(buffer_[i].row, written.error());
    } else if (std::holds_alternative<Sample>(buffer_[i].row)) {
      ++values;
    }
    if (!written) {
      storage_->rollback();
      return written;
    }
  }
  if (auto done = storage_->commit(); !done) {
    storage_->rollback();
    return done;
  }
  counters_.committed += values;
  counters_.set_aside += aside;
  return {};
}

Result<> StoreWriter::set_aside(const Write& row, const Error& reason) {
  boost::json::object payload{{"reason", reason.what}, {"row", std::visit(Described{}, row)}};
  Event event;
  event.kind = EventKind::error;
  event.severity = Severity::error;
  event.message = fmt::format("a row was set aside: {}", reason.text());
  event.payload = boost::json::serialize(payload);
  auto written = storage_->write(event);
  // An event that cannot be written must not hold up the rest either.
  if (!written && is_row_fault(written.error())) return {};
  return written;
}

void StoreWriter::failed(const Error& reason) {
  ++counters_.retried;
  back_off_ = back_off_ == 0us ? settings_.retry_first : std::min(back_off_ * 2, settings_.retry_longest);
  due_ = Clock::now() + back_off_;
  note_trouble(reason.text());
}

void StoreWriter::clean_before(Cleanup& work, Delete rows, std::chrono::microseconds keep, Answer answer) {
  due_ = Deadline::min();  // what is buffered goes in first
  work.cutoff = std::max(work.cutoff, cutoff(now(), keep));
  work.slice = [this, &work, rows] { return (*storage_.*rows)(work.cutoff); };
  work.answers.push_back(std::move(answer));
}

StoreWriter::Cleanup* StoreWriter::next_cleanup() noexcept {
  for (Cleanup* const work : {&old_values_, &not_retained_, &old_events_})
    if (work->slice) return work;
  return nullptr;
}

void StoreWriter::clean_a_slice(Cleanup& work) {
  const auto slice = work.slice();
  if (!slice) {
    // Old rows may stay for a while; what comes in may not wait for them.
    clean_at_ = Clock::now() + settings_.retry_longest;
    if (std::exchange(cleaning_fails_, true)) return;
    Event event;
    event.kind = EventKind::error;
    event.severity = Severity::error;
    event.message = fmt::format("old rows cannot be deleted now and stay until they can: {}", slice.error().text());
    return add_rare(std::move(event), {}, 0);
  }
  cleaning_fails_ = false;
  clean_at_ = {};
  if (!slice->done) return;  // what waits in the queue has its turn before the next slice
  for (const Answer& answer : std::exchange(work, {}).answers) tell(answer, {});
}

void StoreWriter::do_a_chore() {
  const auto more = storage_->do_chore();
  if (!more)
    chore_at_ = Clock::now() + settings_.retry_longest;
  else
    chore_at_ = *more ? Deadline{} : Deadline::max();
  tell_news();
}

void StoreWriter::tell_news() {
  for (Event& event : storage_->news()) add_rare(std::move(event), {}, 0);
}

void StoreWriter::note_trouble(std::string reason) {
  const std::scoped_lock lock(trouble_mutex_);
  trouble_ = std::move(reason);
}

std::size_t StoreWriter::give_up() {
  queue_.close();
  const Result<> outcome = failure(ErrorKind::queue_closed, "the writer ended before this was committed");
  std::size_t rows = 0;
  for (const Command& command : queue_.drop_all()) {
    rows += weight(command);
    std::visit(GivenUp{outcome}, command);
  }
  for (const Pending& row : buffer_) {
    rows += row.places;
    tell(row.answer, outcome);
  }
  buffer_.clear();
  for (const Answer& answer : std::exchange(answer_after_commit_, {})) tell(answer, outcome);
  for (Cleanup* const work : {&old_values_, &not_retained_, &old_events_})
    for (const Answer& answer : std::exchange(work->answers, {})) tell(answer, outcome);
  return rows;
}

}  // namespace oculus::store
