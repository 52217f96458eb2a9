#include "store/sqlite/sqlite_storage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>
#include <vector>

#include "store/sqlite/functions.hpp"
#include "store/sqlite/schema.hpp"

namespace oculus::store::sqlite {
namespace {

// secure_delete is on in Debian's build and would write every page that retention frees.
constexpr const char* kSetUp = R"sql(
  PRAGMA auto_vacuum = INCREMENTAL;
  PRAGMA journal_mode = WAL;
  PRAGMA secure_delete = FAST;
  PRAGMA foreign_keys = ON;
  PRAGMA journal_size_limit = 16777216;
)sql";

constexpr std::string_view kSeriesIdentity = R"sql(
  SELECT category, name, target, static_tags FROM metric_series WHERE series_id = ?1
)sql";
constexpr std::string_view kUpsertSeries = R"sql(
  INSERT INTO metric_series (series_id, category, name, target, static_tags, symbol, unit, description, interval_ms, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)
  ON CONFLICT (series_id) DO UPDATE SET
    symbol = excluded.symbol, unit = excluded.unit, description = excluded.description,
    interval_ms = excluded.interval_ms, updated_at = excluded.updated_at, retired_at = NULL
)sql";
constexpr std::string_view kRetireHolder = R"sql(
  UPDATE metric_series SET retired_at = ?3 WHERE symbol = ?1 AND series_id <> ?2 AND retired_at IS NULL
)sql";
constexpr std::string_view kSymbolTaken = R"sql(
  SELECT 1 FROM metric_series WHERE symbol = ?1 AND series_id <> ?2 AND retired_at IS NULL
)sql";
constexpr std::string_view kRetireSeries = R"sql(
  UPDATE metric_series SET retired_at = ?2 WHERE series_id = ?1 AND retired_at IS NULL
)sql";
constexpr std::string_view kInsertEvent = R"sql(
  INSERT INTO events (ts, source, kind, severity, message, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";
constexpr std::string_view kInsertCollector = R"sql(
  INSERT INTO collector_rows (type, name, source, enabled, group_name, config, created_at, updated_at)
  VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
  ON CONFLICT (type, name) DO NOTHING
)sql";
constexpr std::string_view kUpdateCollector = R"sql(
  UPDATE collector_rows SET source = ?3, enabled = ?4, group_name = ?5, config = ?6, updated_at = ?7
  WHERE type = ?1 AND name = ?2
)sql";
constexpr std::string_view kDeleteCollector = R"sql(
  DELETE FROM collector_rows WHERE type = ?1 AND name = ?2
)sql";
// A slice is small enough to stay under a hundredth of a second, so that writing goes on.
constexpr std::uint64_t kSliceRows = 2000, kSliceSamples = 50'000;
constexpr std::string_view kDeleteEvents = R"sql(
  DELETE FROM events WHERE id IN (SELECT id FROM events WHERE ts < ?1 ORDER BY ts LIMIT ?2)
)sql";
constexpr std::string_view kAbandonedSeries = R"sql(
  SELECT s.series_id, s.retired_at IS NOT NULL, n.slot FROM metric_series s JOIN series_slots n ON n.series_id = s.series_id
  WHERE coalesce(s.retired_at, s.updated_at) < ?1
)sql";
constexpr std::string_view kForgetSeries = R"sql(
  DELETE FROM metric_series WHERE series_id = ?1
)sql";

constexpr std::string_view kFindSlot = R"sql(
  SELECT slot FROM series_slots WHERE series_id = ?1
)sql";
constexpr std::string_view kInsertSlot = R"sql(
  INSERT INTO series_slots (series_id) VALUES (?1) ON CONFLICT (series_id) DO NOTHING
)sql";
constexpr std::string_view kNextSlot = R"sql(
  SELECT min(slot) FROM series_slots WHERE slot > ?1
)sql";

std::unexpected<Error> no_collector(std::string_view type, std::string_view name) {
  return failure(ErrorKind::not_found, fmt::format("there is no collector {} '{}'", type, name));
}

}  // namespace

struct SqliteStorage::Statements {
  Statement series_identity, upsert_series, retire_holder, symbol_taken, retire_series, find_slot, insert_slot,
      next_slot, insert_event, insert_collector, update_collector, delete_collector, delete_events, abandoned_series,
      forget_series, begin, commit, rollback;

  static Result<std::unique_ptr<Statements>> prepare(Connection& db) {
    auto ready = db.prepare_all(std::array{
        kSeriesIdentity, kUpsertSeries, kRetireHolder, kSymbolTaken, kRetireSeries, kFindSlot, kInsertSlot, kNextSlot,
        kInsertEvent, kInsertCollector, kUpdateCollector, kDeleteCollector, kDeleteEvents, kAbandonedSeries,
        kForgetSeries, std::string_view("BEGIN IMMEDIATE"), std::string_view("COMMIT"), std::string_view("ROLLBACK")});
    if (!ready) return std::unexpected(ready.error());
    auto next = [&, i = std::size_t{0}]() mutable -> Statement { return std::move((*ready)[i++]); };
    // Braces evaluate from left to right: the order of the members is the order above.
    return std::unique_ptr<Statements>(new Statements{next(), next(), next(), next(), next(), next(), next(), next(),
                                                      next(), next(), next(), next(), next(), next(), next(), next(),
                                                      next(), next()});
  }
};

SqliteStorage::SqliteStorage(DatabaseSettings settings, SharedState shared)
    : settings_(std::move(settings)), shared_(std::move(shared)) {}

SqliteStorage::~SqliteStorage() = default;

Result<> SqliteStorage::open() {
  if (db_) return {};
  const bool create = settings_.mode == DatabaseSettings::Mode::read_write_create;
  if (const auto folder = std::filesystem::path(settings_.path).parent_path();
      create && !folder.empty() && !settings_.path.starts_with(':')) {
    std::error_code status;
    std::filesystem::create_directories(folder, status);
    if (status)
      return failure(ErrorKind::database,
                     fmt::format("cannot create the folder {}: {}", folder.string(), status.message()));
  }
  auto db =
      Connection::open(settings_.path, create ? Connection::Mode::read_write_create : Connection::Mode::read_write);
  if (!db) return std::unexpected(db.error());
  // Looked at before anything is changed: what is not ours stays as it is.
  if (const auto version = check_version(*db); !version) return std::unexpected(version.error());
  if (auto done = db->execute(kSetUp); !done) return done;
  if (auto done = db->execute(settings_.full_synchronous ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
      !done)
    return done;
  if (auto done = add_functions(*db); !done) return done;
  if (auto done = migrate(*db); !done) return done;

  auto statements = Statements::prepare(*db);
  if (!statements) return std::unexpected(statements.error());
  auto samples = SampleWriter::prepare(*db, shared_, settings_.seal);
  if (!samples) return std::unexpected(samples.error());
  db_ = std::move(*db);
  auto old_rows = OldRows::find(*db_);
  if (!old_rows) {
    db_.reset();
    return std::unexpected(old_rows.error());
  }
  statements_ = std::move(*statements);
  samples_ = std::move(*samples);
  old_rows_ = std::move(*old_rows);
  return {};
}

Result<> SqliteStorage::begin() {
  replacing_ = 0;
  if (auto opened = open(); !opened) return opened;
  return begin_transaction();
}

Result<> SqliteStorage::begin_transaction() {
  if (auto there = still_there(); !there) return there;
  if (auto begun = failed(statements_->begin.run()); !begun) return begun;
  auto entered = samples_->enter();
  if (!entered) rollback();
  return entered;
}

Result<> SqliteStorage::commit() {
  if (auto done = samples_->write_batch(); !done) return done;
  if (auto done = statements_->commit.run(); !done) return done;
  samples_->committed();
  replaced_ += replacing_;
  if (samples_->seal_is_due(Clock::now()))
    if (auto done = seal(); !done) samples_->sealing_failed(Clock::now(), done.error());
  return {};
}

void SqliteStorage::rollback() noexcept {
  const int reason = sqlite3_errcode(db_->handle()) & 0xff;  // before the rollback overwrites it
  if (sqlite3_get_autocommit(db_->handle()) == 0) (void)statements_->rollback.run();
  samples_->rolled_back();
  slots_.clear();  // a slot of this transaction may be another's in the next
  drop_if_broken(reason);
}

Result<> SqliteStorage::seal() {
  return within_transaction([this] { return samples_->seal(); }, [this] { samples_->sealed(); });
}

template <class Work, class Done>
Result<> SqliteStorage::within_transaction(Work work, Done done) {
  if (auto begun = begin_transaction(); !begun) return begun;
  auto outcome = work();
  if (outcome) outcome = statements_->commit.run();
  if (outcome)
    done();
  else
    rollback();
  return outcome;
}

// What is written to a file that has no name any more is gone with the process: it must not count as committed.
Result<> SqliteStorage::still_there() {
  int moved = 0;
  if (sqlite3_file_control(db_->handle(), "main", SQLITE_FCNTL_HAS_MOVED, &moved) != SQLITE_OK || moved == 0) return {};
  return failure(ErrorKind::unavailable, fmt::format("the database file {} was moved or deleted", settings_.path),
                 "put it back, or restart Oculus to begin a new one");
}

Result<> SqliteStorage::failed(Result<> outcome) noexcept {
  if (!outcome) drop_if_broken(sqlite3_errcode(db_->handle()) & 0xff);
  return outcome;
}

// Descriptors to a device that failed stay bad: the next begin opens the file anew.
void SqliteStorage::drop_if_broken(int reason) noexcept {
  if (reason != SQLITE_IOERR && reason != SQLITE_CORRUPT && reason != SQLITE_NOTADB && reason != SQLITE_CANTOPEN &&
      reason != SQLITE_READONLY)
    return;
  old_rows_.reset();
  samples_.reset();
  statements_.reset();
  slots_.clear();
  db_.reset();
}

Result<> SqliteStorage::write(const Write& row) {
  return std::visit([this](const auto& wish) { return put(wish); }, row);
}

Result<> SqliteStorage::put(const Sample& sample) {
  const auto slot = slot_of(to_signed(sample.series));
  if (!slot) return std::unexpected(slot.error());
  const std::string tags = sample.tags.empty() ? std::string() : to_json(sample.tags);
  const codec::RawSample raw{to_us(sample.at),
                             sample.value.value_or(0),
                             sample.value.has_value(),
                             sample.success,
                             sample.took ? std::max<std::int64_t>(0, sample.took->count()) : codec::kNoDuration,
                             tags};
  auto replaces = samples_->put(*slot, raw);
  // An old row would come out on top of a chunk, so it goes with the sample that takes its place.
  if (replaces && old_rows_ != nullptr) {
    const auto replaces_old = old_rows_->remove(to_signed(sample.series), raw.at);
    if (!replaces_old) return std::unexpected(replaces_old.error());
    replaces = *replaces || *replaces_old;
  }
  if (!replaces) return std::unexpected(replaces.error());
  if (*replaces) ++replacing_;  // the later arrival wins
  return {};
}

Result<Slot> SqliteStorage::slot_of(std::int64_t series_id) {
  if (const auto known = slots_.find(series_id); known != slots_.end()) return known->second;
  Statement& find = statements_->find_slot;
  find.bind_all(series_id);
  const auto row = find.step();
  if (!row) return std::unexpected(row.error());
  if (!*row)
    return failure(ErrorKind::invalid_data,
                   fmt::format("the value of series {} does not go in: there is no such series", series_id),
                   "declare the series first");
  const Slot slot{static_cast<std::uint32_t>(find.integer(0))};
  find.reset();
  slots_.emplace(series_id, slot);
  return slot;
}

Result<> SqliteStorage::put(const UpsertSeries& wish) {
  const Series& series = wish.series;
  const std::int64_t id = to_signed(series.id());
  const std::string identity = series.identity();

  std::string& known = known_[id];
  if (known.empty()) {
    Statement& find = statements_->series_identity;
    find.bind_all(id);
    const auto row = find.step();
    if (!row) return std::unexpected(row.error());
    known = identity;
    if (*row) {
      Series stored{find.text(0), find.text(1), find.text(2), {}, {}, {}, {}, {}};
      if (const auto tags = tags_from_json(find.text(3))) stored.tags = *tags;
      known = stored.identity();
    }
    find.reset();
  }
  if (known != identity)
    return failure(ErrorKind::invalid_data,
                   fmt::format("two series have the id {}: '{}' is stored, '{}' came", id, known, identity),
                   "rename one of the two");

  const TimePoint present = now();
  std::optional<std::string> symbol;
  if (series.symbol) {
    symbol = series.symbol->text();
    if (auto done = statements_->retire_holder.run(std::string_view(*symbol), id, present); !done) return done;
  } else if (const auto made = Symbol::from(series.category + '.' + series.name)) {
    Statement& taken = statements_->symbol_taken;
    taken.bind_all(std::string_view(made->text()), id);
    const auto row = taken.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) symbol = made->text();
    taken.reset();
  }
  const std::string tags = to_json(series.tags);
  const auto interval = series.interval ? std::optional(series.interval->count()) : std::nullopt;
  const auto symbol_text = symbol ? std::optional<std::string_view>(*symbol) : std::nullopt;
  if (auto done = statements_->upsert_series.run(id, std::string_view(series.category), std::string_view(series.name),
                                                 std::string_view(series.target), std::string_view(tags), symbol_text,
                                                 std::string_view(series.unit), std::string_view(series.description),
                                                 interval, present);
      !done)
    return done;
  return statements_->insert_slot.run(id);
}

Result<> SqliteStorage::put(const RetireSeries& wish) {
  return statements_->retire_series.run(to_signed(wish.series), now());
}

Result<> SqliteStorage::put(const Event& event) {
  return statements_->insert_event.run(event.at, std::string_view(event.source), to_string(event.kind),
                                       to_string(event.severity), std::string_view(event.message),
                                       std::string_view(event.payload));
}

Result<> SqliteStorage::put(const PutCollector& wish) {
  const CollectorRow& row = wish.row;
  const TimePoint present = now();
  const std::string_view type = row.type, name = row.name, source = row.source, group = row.group, config = row.config;
  if (!wish.must_exist) {
    if (auto done = statements_->insert_collector.run(type, name, source, row.enabled ? 1 : 0, group, config, present);
        !done)
      return done;
    if (sqlite3_changes64(db_->handle()) != 0) return {};
    if (wish.must_be_new)
      return failure(ErrorKind::conflict, fmt::format("there is a collector {} '{}' already", type, name),
                     "choose another name, or change it with PUT");
  }
  if (auto done = statements_->update_collector.run(type, name, source, row.enabled ? 1 : 0, group, config, present);
      !done)
    return done;
  return sqlite3_changes64(db_->handle()) != 0 ? Result<>() : no_collector(type, name);
}

Result<> SqliteStorage::put(const DeleteCollector& wish) {
  if (auto done = statements_->delete_collector.run(std::string_view(wish.type), std::string_view(wish.name)); !done)
    return done;
  if (sqlite3_changes64(db_->handle()) != 0) return {};
  return no_collector(wish.type, wish.name);
}

Result<Storage::Slice> SqliteStorage::delete_values_before(TimePoint cutoff) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  if (old_rows_ != nullptr) {
    std::uint64_t deleted = 0;
    auto done = within_transaction(
        [&]() -> Result<> {
          const auto removed = old_rows_->remove_before(to_us(cutoff), kSliceRows);
          if (!removed) return std::unexpected(removed.error());
          deleted = *removed;
          return {};
        },
        [] {});
    if (!done) return std::unexpected(done.error());
    if (deleted == kSliceRows) return Slice{deleted, false};
  }
  return delete_values(deleting_, to_us(cutoff),
                       [&](Slot slot) { return samples_->remove_before(slot, to_us(cutoff)); });
}

Result<Storage::Slice> SqliteStorage::apply(const Retention& retention, TimePoint present) {
  if (retaining_ == Slot{}) {  // at its begin: who belongs to which policy
    cutoffs_.clear();
    if (auto opened = open(); !opened) return std::unexpected(opened.error());
    const auto series = samples_->catalog().find({});
    if (!series) return std::unexpected(series.error());
    for (const CatalogSeries& one : *series) cutoffs_[one.slot] = to_us(cutoff(present, retention.keep_of(one.symbol)));
  }
  // Samples that are still in the journal are younger than any policy, or go a seal later.
  return delete_values(retaining_, kNever, [&](Slot slot) {
    const auto found = cutoffs_.find(slot);
    return samples_->remove_chunks_before(slot, found == cutoffs_.end() ? kNever : found->second);
  });
}

template <class Remove>
Result<Storage::Slice> SqliteStorage::delete_values(Slot& position, std::int64_t sealed_before, Remove remove) {
  Slice slice;
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  if (samples_->holds_before(sealed_before))
    if (auto done = seal(); !done) return std::unexpected(done.error());
  auto done = within_transaction(
      [&]() -> Result<> {
        for (slice.done = false; slice.deleted < kSliceSamples;) {
          const auto slot = next_slot(position);
          if (!slot) return std::unexpected(slot.error());
          if (!*slot) {
            slice.done = true;
            return forget_abandoned_series();
          }
          const auto removed = remove(**slot);
          if (!removed) return std::unexpected(removed.error());
          slice.deleted += removed->samples;
          if (removed->done) position = **slot;
        }
        return {};
      },
      [] {});
  if (!done || slice.done) position = {};
  if (!done) return std::unexpected(done.error());
  (void)db_->execute("PRAGMA incremental_vacuum(200)");  // gives freed pages back, as many as a slice frees
  return slice;
}

Result<std::optional<Slot>> SqliteStorage::next_slot(Slot after) {
  Statement& next = statements_->next_slot;
  next.bind_all(static_cast<std::int64_t>(after));
  const auto row = next.step();
  if (!row) return std::unexpected(row.error());
  const auto slot = next.is_null(0) ? std::nullopt : std::optional(Slot(static_cast<std::uint32_t>(next.integer(0))));
  next.reset();
  return slot;
}

Result<Storage::Slice> SqliteStorage::delete_events_before(TimePoint cutoff) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  if (auto done = failed(statements_->delete_events.run(cutoff, kSliceRows)); !done)
    return std::unexpected(done.error());
  const auto deleted = static_cast<std::uint64_t>(sqlite3_changes64(db_->handle()));
  return Slice{deleted, deleted < kSliceRows};
}

Result<bool> SqliteStorage::do_chore() {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  if (old_rows_ == nullptr) return false;
  const std::uint64_t before = old_rows_->converted();
  bool more = true;
  auto done = within_transaction(
      [&]() -> Result<> {
        const auto converted = old_rows_->convert_slice(*samples_);
        if (!converted) return std::unexpected(converted.error());
        more = *converted;
        return {};
      },
      [] {});
  if (!done) return std::unexpected(done.error());
  constexpr std::uint64_t kStep = 1'000'000;
  const std::uint64_t after = old_rows_->converted();
  if (before == 0 && more)
    tell("the database is being converted to the layout that keeps years; it serves meanwhile");
  else if (!more)
    tell(fmt::format("the database is converted: {} samples", after));
  else if (before / kStep != after / kStep)
    tell(fmt::format("the database is being converted: {} samples so far", after));
  if (!more) old_rows_.reset();
  (void)db_->execute("PRAGMA incremental_vacuum(1000)");
  return more;
}

void SqliteStorage::tell(std::string message) {
  Event event;
  event.message = std::move(message);
  news_.push_back(std::move(event));
}

std::vector<Event> SqliteStorage::news() {
  for (const std::string& place : shared_.damage->take()) {
    Event event;
    event.kind = EventKind::error;
    event.severity = Severity::error;
    event.message = fmt::format("the database is damaged: {} cannot be read; all else goes on", place);
    news_.push_back(std::move(event));
  }
  return std::exchange(news_, {});
}

Result<> SqliteStorage::forget_abandoned_series() {
  constexpr auto kGrace = std::chrono::days(30);  // a series without samples and without a collector
  struct Abandoned {
    std::int64_t id;
    Slot slot;
  };
  std::vector<Abandoned> abandoned;
  Statement& find = statements_->abandoned_series;
  find.bind_all(now() - kGrace);
  for (;;) {
    const auto row = find.step();
    if (!row) return std::unexpected(row.error());
    if (!*row) break;
    const std::int64_t id = find.integer(0);
    const bool retired = find.integer(1) != 0;
    // What was declared to us has somebody who may write.
    if (retired || !known_.contains(id)) abandoned.push_back({id, Slot(static_cast<std::uint32_t>(find.integer(2)))});
  }
  for (const auto& [id, slot] : abandoned) {
    const auto used = samples_->has_samples(slot);
    if (!used) return std::unexpected(used.error());
    if (*used) continue;
    if (auto done = statements_->forget_series.run(id); !done) return done;
    known_.erase(id);
    slots_.erase(id);
  }
  return {};
}

}  // namespace oculus::store::sqlite
