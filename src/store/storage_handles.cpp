// The library's handles: each call becomes a command for the writer or a question to a reader. Any thread.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <exception>
#include <future>
#include <utility>

#include "oculus/storage.hpp"
#include "store/database.hpp"

namespace oculus {
namespace {

using store::Command;
using store::Database;

// The library's kinds are few: what else there is inside means one of them to its user.
ErrorKind public_kind(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::database:
    case ErrorKind::queue_full:
    case ErrorKind::queue_closed:
    case ErrorKind::json:
    case ErrorKind::invalid_data:
    case ErrorKind::migration:
    case ErrorKind::internal:
      return kind;
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::forbidden:
      return ErrorKind::invalid_data;
    case ErrorKind::timed_out:
    case ErrorKind::unavailable:
      return ErrorKind::database;
  }
  return ErrorKind::internal;
}

template <class T>
StorageResult<T> shown(Result<T> inner) {
  if (!inner) inner.error().kind = public_kind(inner.error().kind);
  return inner;
}

// What is thrown beneath is a mistake of ours, or a want of memory: the caller hears of it as a value.
template <class Call>
auto caught(Call call) -> decltype(call()) {
  try {
    return call();
  } catch (const std::exception& thrown) {
    return failure(ErrorKind::internal, fmt::format("BUG: the storage threw: {}", thrown.what()));
  }
}

std::unexpected<Error> read_only() {
  return failure(ErrorKind::database, "the database is opened read only", "mode=rwc or mode=rw");
}

StorageResult<> is_object(std::string_view text, std::string_view what) {
  boost::system::error_code error;
  const boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object())
    return failure(ErrorKind::json, fmt::format("the {} is not a JSON object", what), R"(such as {"key":"value"})");
  return {};
}

StorageResult<> try_send(Database& database, Command command) {
  if (!database.writer) return read_only();
  return caught([&] { return shown(database.writer->try_send(std::move(command))); });
}

// Waits for room in the queue.
StorageResult<> send(Database& database, Command command) {
  if (!database.writer) return read_only();
  return caught([&] {
    std::promise<Result<>> accepted;
    auto outcome = accepted.get_future();
    database.writer->send(std::move(command), [&](Result<> done) { accepted.set_value(std::move(done)); });
    return shown(outcome.get());
  });
}

// Waits for the answer to a command that `make` builds around it.
template <class Make>
StorageResult<> ask(Database& database, Make make) {
  // Shared: the writer may still hold the answer of a command that it refused.
  const auto answered = std::make_shared<std::promise<Result<>>>();
  auto outcome = answered->get_future();
  if (auto sent = send(database, make([answered](Result<> done) { answered->set_value(std::move(done)); })); !sent)
    return sent;
  return shown(outcome.get());
}

template <class Work>
auto read(Database& database, Work work) {
  return caught([&] { return shown(database.readers->ask(std::move(work))); });
}

}  // namespace

StorageResult<> StorageWriter::upsert_series(const Series& series) {
  return send(*database_, store::UpsertSeries{series});
}
StorageResult<> StorageWriter::retire_series(SeriesId series) { return send(*database_, store::RetireSeries{series}); }

StorageResult<> StorageWriter::insert_value(Sample sample) {
  return send(*database_, store::InsertValue{std::move(sample)});
}
StorageResult<> StorageWriter::try_insert_value(Sample sample) {
  return try_send(*database_, store::InsertValue{std::move(sample)});
}
StorageResult<> StorageWriter::insert_values(std::vector<Sample> samples) {
  return ask(*database_,
             [&](store::Answer committed) { return store::InsertValues{std::move(samples), std::move(committed)}; });
}

StorageResult<> StorageWriter::insert_event(Event event) {
  if (auto good = is_object(event.payload, "payload of the event"); !good) return good;
  return send(*database_, store::InsertEvent{std::move(event)});
}
StorageResult<> StorageWriter::try_insert_event(Event event) {
  if (auto good = is_object(event.payload, "payload of the event"); !good) return good;
  return try_send(*database_, store::InsertEvent{std::move(event)});
}

StorageResult<> StorageWriter::flush() {
  return ask(*database_, [](store::Answer done) { return store::Flush{std::move(done)}; });
}

StorageResult<Page<MetricRow>> MetricReader::metrics(const MetricFilter& filter) const {
  return read(*database_, [&](store::Reader& reader) { return reader.metrics(filter); });
}
StorageResult<std::vector<LatestRow>> MetricReader::latest(const LatestFilter& filter) const {
  return read(*database_, [&](store::Reader& reader) { return reader.latest(filter); });
}
StorageResult<std::vector<Point>> MetricReader::points(const PointsQuery& query) const {
  return read(*database_, [&](store::Reader& reader) { return reader.points(query); });
}
StorageResult<std::vector<CategoryStats>> MetricReader::stats(std::optional<TimePoint> from,
                                                              std::optional<TimePoint> to) const {
  return read(*database_, [&](store::Reader& reader) { return reader.stats(from, to); });
}

StorageResult<Page<EventRow>> EventReader::events(const EventFilter& filter) const {
  return read(*database_, [&](store::Reader& reader) { return reader.events(filter); });
}

StorageResult<CollectorRow> CollectorStore::put(CollectorRow wish, bool is_new) {
  if (auto good = is_object(wish.config, "configuration of the collector"); !good) return std::unexpected(good.error());
  const std::string type = wish.type, name = wish.name;
  auto stored = ask(*database_, [&](store::Answer done) {
    return store::PutCollector{
        .row = std::move(wish), .must_be_new = is_new, .answer = std::move(done), .must_exist = !is_new};
  });
  if (!stored) return std::unexpected(stored.error());
  auto row = get(type, name);
  if (!row) return std::unexpected(row.error());
  if (!*row)
    return failure(ErrorKind::invalid_data,
                   fmt::format("the collector {} '{}' has been removed meanwhile", type, name));
  return std::move(**row);
}
StorageResult<CollectorRow> CollectorStore::create(CollectorRow row) { return put(std::move(row), true); }
StorageResult<CollectorRow> CollectorStore::update(CollectorRow row) { return put(std::move(row), false); }
StorageResult<> CollectorStore::remove(const std::string& type, const std::string& name) {
  return ask(*database_, [&](store::Answer done) { return store::DeleteCollector{type, name, std::move(done)}; });
}
StorageResult<std::vector<CollectorRow>> CollectorStore::list() const {
  return read(*database_, [](store::Reader& reader) { return reader.collectors(); });
}
StorageResult<std::optional<CollectorRow>> CollectorStore::get(const std::string& type, const std::string& name) const {
  auto rows = list();
  if (!rows) return std::unexpected(rows.error());
  const auto found =
      std::ranges::find_if(*rows, [&](const CollectorRow& r) { return r.type == type && r.name == name; });
  return found == rows->end() ? std::nullopt : std::optional(std::move(*found));
}

StorageResult<SqlTable> SqlReader::query(std::string sql, std::vector<Cell> parameters) const {
  SqlQuery asked;
  asked.text = std::move(sql);
  asked.parameters = std::move(parameters);
  return query(asked);
}
StorageResult<SqlTable> SqlReader::query(const SqlQuery& asked) const {
  const Deadline deadline = Clock::now() + asked.time_limit;  // the wait for a turn counts
  return caught([&] {
    return shown(database_->sql->ask([&](store::SqlReader& reader) { return reader.run(asked, deadline); }));
  });
}

StorageResult<> StorageAdmin::cleanup_values(std::uint64_t retention_days) {
  return ask(*database_, [&](store::Answer done) {
    return store::CleanupValues{store::CleanupValues::days(retention_days), std::move(done)};
  });
}
StorageResult<> StorageAdmin::cleanup_events(std::uint64_t retention_days) {
  return ask(*database_, [&](store::Answer done) {
    return store::CleanupEvents{store::CleanupValues::days(retention_days), std::move(done)};
  });
}
StorageResult<StorageFacts> StorageAdmin::facts() const {
  return read(*database_, [](store::Reader& reader) { return reader.facts(); });
}
StorageResult<> StorageAdmin::integrity_check() const {
  return read(*database_, [](store::Reader& reader) { return reader.integrity(); });
}
std::string StorageAdmin::trouble() const { return database_->writer ? database_->writer->trouble() : std::string(); }

StorageResult<> StorageAdmin::flush() {
  return ask(*database_, [](store::Answer done) { return store::Flush{std::move(done)}; });
}
StorageResult<> StorageAdmin::shutdown(std::chrono::milliseconds patience) {
  if (!database_->writer) return {};
  const std::size_t lost = database_->writer->shutdown(Clock::now() + patience);
  if (lost == 0) return {};
  return failure(ErrorKind::database, fmt::format("the database did not take {} rows: they are lost", lost));
}

}  // namespace oculus
