#include "store/sqlite/sqlite_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "store/sqlite/filter_sql.hpp"
#include "store/sqlite/functions.hpp"
#include "store/sqlite/layout_check.hpp"
#include "store/sqlite/series_cursor.hpp"
#include "store/sqlite/series_walk.hpp"
#include "store/sqlite/step_totals.hpp"

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kSeriesColumns =
    "s.series_id, s.symbol, s.category, s.name, s.target, s.unit, s.static_tags, s.description, s.interval_ms, "
    "s.created_at, s.updated_at, "
    "s.retired_at, n.slot";
constexpr std::string_view kCollectors = R"sql(
  SELECT id, type, name, source, enabled, group_name, config, created_at, updated_at FROM collector_rows ORDER BY type, name
)sql";

// A cursor is the key of the last row of the page: `ts` and a second number.
struct Key {
  std::int64_t ts = 0, second = 0;
};

std::string write_cursor(Key key) { return fmt::format("{}_{}", key.ts, key.second); }

Result<std::optional<Key>> read_cursor(const std::string& text) {
  if (text.empty()) return std::optional<Key>();
  Key key;
  const char* const end = text.data() + text.size();
  const auto [middle, first] = std::from_chars(text.data(), end, key.ts);
  if (first == std::errc() && middle != end && *middle == '_') {
    const auto [rest, second] = std::from_chars(middle + 1, end, key.second);
    if (second == std::errc() && rest == end) return std::optional(key);
  }
  return invalid(fmt::format("the cursor '{}' is not one", text.substr(0, 60)),
                 "the value of `next` in the page before");
}

std::optional<std::int64_t> signed_id(const std::optional<SeriesId>& id) {
  return id ? std::optional(to_signed(*id)) : std::nullopt;
}

std::int64_t least_us(const std::optional<TimePoint>& from) { return from ? to_us(*from) : kNever; }
// The last microsecond before an exclusive end.
std::int64_t most_us(const std::optional<TimePoint>& to) {
  if (!to) return std::numeric_limits<std::int64_t>::max();
  return std::max(to_us(*to), kNever + 1) - 1;
}

Tags tags_from(std::string_view json) {
  if (json.empty()) return {};
  auto tags = tags_from_json(json);
  return tags ? std::move(*tags) : Tags{};
}

Sample sample_of(SeriesId id, const codec::RawSample& raw, std::string_view tags) {
  return {id,
          from_us(raw.at),
          raw.present ? std::optional(raw.value) : std::nullopt,
          raw.success,
          raw.took == codec::kNoDuration ? std::nullopt : std::optional(microseconds(raw.took)),
          tags_from(tags)};
}

Tags tags_of(const Statement& row, int column) {
  if (row.is_null(column)) return {};
  auto tags = tags_from_json(row.text(column));
  return tags ? std::move(*tags) : Tags{};
}

SeriesRow series_of(const Statement& row) {
  SeriesRow one;
  one.id = series_id_from(row.integer(0));
  if (const auto symbol = Symbol::parse(row.text(1))) one.series.symbol = *symbol;
  one.series.category = row.text(2);
  one.series.name = row.text(3);
  one.series.target = row.text(4);
  one.series.unit = row.text(5);
  one.series.tags = tags_of(row, 6);
  one.series.description = row.text(7);
  if (!row.is_null(8)) one.series.interval = std::chrono::milliseconds(row.integer(8));
  one.created_at = row.time(9);
  one.updated_at = row.time(10);
  if (!row.is_null(11)) one.retired_at = row.time(11);
  return one;
}

// Reads rows until the statement is done.
template <class Row, class Make>
Result<std::vector<Row>> collect(Statement& statement, Make make) {
  std::vector<Row> rows;
  for (;;) {
    const auto more = statement.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return rows;
    rows.push_back(make(statement));
  }
}

// One row more than asked for tells whether there is a next page.
template <class Row, class KeyOf>
Page<Row> page_of(std::vector<Row> rows, std::size_t limit, KeyOf key_of) {
  Page<Row> page{std::move(rows), {}};
  if (page.items.size() <= limit) return page;
  page.items.resize(limit);
  if (limit > 0) page.next = write_cursor(key_of(page.items.back()));
  return page;
}

std::string_view direction(Order order) { return order == Order::newest_first ? "DESC" : "ASC"; }

void continue_after(FilterSql& where, const std::optional<Key>& key, Order order, std::string_view second) {
  if (!key) return;
  const char sign = order == Order::newest_first ? '<' : '>';
  where.require(fmt::format("v.ts {}= ?", sign), key->ts);  // what the index can use
  where.require(fmt::format("(v.ts {0} ? OR v.{1} {0} ?)", sign, second), {key->ts, key->second});
}

std::size_t rows_of(std::size_t limit) {
  constexpr std::size_t kMost = 1'000'000;
  return std::min(limit, kMost);
}

}  // namespace

void SqliteReader::close() noexcept {
  samples_.reset();
  statements_.clear();
  db_.reset();
}

Result<> SqliteReader::open() {
  if (db_ && !snapshot_) return {};
  int reason = SQLITE_CANTOPEN;  // why the last attempt failed
  const auto attempt = [&](Result<Connection> db) -> Result<> {
    if (!db) return std::unexpected(db.error());
    auto done = db->execute("PRAGMA query_only = ON");
    if (done) done = add_functions(*db);
    if (done)
      if (const auto answers = db->ask("SELECT version FROM schema_version"); !answers)
        done = std::unexpected(answers.error());
    reason = sqlite3_errcode(db->handle()) & 0xff;
    if (!done) return done;
    auto samples = SampleSource::prepare(*db, shared_);
    if (!samples) return std::unexpected(samples.error());
    close();
    db_ = std::move(*db);
    samples_ = std::move(*samples);
    return {};
  };
  const auto opened = attempt(Connection::open(path_, Connection::Mode::read_only));
  if (opened) snapshot_ = false;
  if (opened || db_) return {};
  // A lock is waited for; what has no room for the log's index is read without it.
  const bool no_room = reason == SQLITE_IOERR || reason == SQLITE_CANTOPEN || reason == SQLITE_FULL;
  if (!no_room || path_.starts_with(':') || !attempt(Connection::open_snapshot(path_))) return opened;
  snapshot_ = true;
  return {};
}

template <class Work>
auto SqliteReader::read(Work work) -> decltype(work()) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  if (auto begun = db_->execute("BEGIN"); !begun) {
    close();
    return std::unexpected(begun.error());
  }
  const auto entered = samples_->enter();
  auto outcome = entered ? work() : decltype(work())(std::unexpected(entered.error()));
  (void)db_->execute("COMMIT");
  if (!outcome && (outcome.error().kind == ErrorKind::database || outcome.error().kind == ErrorKind::unavailable))
    close();
  return outcome;
}

Result<Statement*> SqliteReader::prepared(const std::string& sql) {
  constexpr std::size_t kMostKept = 64;  // the forms of filters that occur are few
  if (const auto known = statements_.find(sql); known != statements_.end()) return &known->second;
  if (statements_.size() >= kMostKept) statements_.clear();
  auto statement = db_->prepare(sql);
  if (!statement) return std::unexpected(statement.error());
  return &statements_.emplace(sql, std::move(*statement)).first->second;
}

Result<Page<MetricRow>> SqliteReader::metrics(const MetricFilter& filter) {
  return read([&]() -> Result<Page<MetricRow>> {
    const auto key = read_cursor(filter.cursor);
    if (!key) return std::unexpected(key.error());
    const auto series = samples_->catalog().find(
        {signed_id(filter.series), filter.symbol, filter.category, filter.name, filter.target});
    if (!series) return std::unexpected(series.error());

    const bool backward = filter.order == Order::newest_first;
    TimeRange range{least_us(filter.from), most_us(filter.to)};
    if (*key && backward) range.through = std::min(range.through, (*key)->ts);
    if (*key && !backward) range.from = std::max(range.from, (*key)->ts);
    MergedCursor cursor(*samples_, *series, range, backward ? Direction::backward : Direction::forward);

    const std::size_t limit = rows_of(filter.limit);
    std::vector<MetricRow> rows;
    while (rows.size() <= limit) {
      const auto more = cursor.next();
      if (!more) return std::unexpected(more.error());
      if (!*more) break;
      const CatalogSeries& of = (*series)[cursor.index()];
      const codec::RawSample raw = cursor.sample();
      // Rows of the cursor's own time that stood on the page before.
      if (*key && raw.at == (*key)->ts && (backward ? of.series_id >= (*key)->second : of.series_id <= (*key)->second))
        continue;
      Sample sample = sample_of(series_id_from(of.series_id), raw, raw.tags);
      rows.push_back({sample.series, sample.at, of.category, of.symbol, of.name, of.target, of.unit, sample.value,
                      sample.success, sample.took, merge(tags_from(of.static_tags), sample.tags)});
    }
    return page_of(std::move(rows), limit,
                   [](const MetricRow& row) { return Key{to_us(row.at), to_signed(row.series)}; });
  });
}

Result<std::vector<LatestRow>> SqliteReader::latest(const LatestFilter& filter) {
  return read([&]() -> Result<std::vector<LatestRow>> {
    FilterSql where;
    if (!filter.series) where.require("s.retired_at IS NULL");
    where.add("s.symbol = ?", filter.symbol);
    where.add("s.series_id = ?", signed_id(filter.series));
    where.add("s.category = ?", filter.category);
    where.add("s.name = ?", filter.name);
    where.add("s.target = ?", filter.target);
    auto statement =
        prepared(fmt::format("SELECT {} FROM metric_series s JOIN series_slots n ON n.series_id = s.series_id{} ORDER "
                             "BY s.category, s.name, "
                             "s.created_at, s.symbol",
                             kSeriesColumns, where.text()));
    if (!statement) return std::unexpected(statement.error());
    where.bind(**statement);
    std::vector<Slot> slots;
    auto rows = collect<LatestRow>(**statement, [&](const Statement& row) {
      slots.push_back(Slot(static_cast<std::uint32_t>(row.integer(12))));
      return LatestRow{series_of(row), {}, {}};
    });
    if (!rows) return rows;
    for (std::size_t i = 0; i < rows->size(); ++i)
      if (auto done = add_latest((*rows)[i], slots[i], filter.recent); !done) return std::unexpected(done.error());
    return rows;
  });
}

Result<> SqliteReader::add_latest(LatestRow& row, Slot slot, std::size_t recent) {
  KeptSample newest;
  if (recent <= 1 && samples_->known_newest(slot, newest)) {
    row.sample = sample_of(row.series.id, newest.sample, newest.tags);
    if (recent == 1) row.recent.push_back(row.sample->value);
    return {};
  }
  SeriesCursor cursor(*samples_, slot, {}, Direction::backward);
  for (std::size_t i = 0; i < std::max<std::size_t>(1, recent); ++i) {
    const auto more = cursor.next();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    const codec::RawSample raw = cursor.sample();
    if (i == 0) row.sample = sample_of(row.series.id, raw, raw.tags);
    if (recent > 0) row.recent.push_back(raw.present ? std::optional(raw.value) : std::nullopt);
  }
  std::ranges::reverse(row.recent);
  return {};
}

Result<std::vector<Point>> SqliteReader::points(const PointsQuery& query) {
  return read([&]() -> Result<std::vector<Point>> {
    if (query.step <= microseconds(0)) return invalid("the step of a chart is zero", "a duration such as 1m");
    const auto series = samples_->catalog().find({.symbol = query.symbol});
    if (!series) return std::unexpected(series.error());
    StepTotals totals(query.from, query.to, query.step);
    for (const CatalogSeries& one : *series)
      if (auto done = totals.add(*samples_, one.slot); !done) return std::unexpected(done.error());
    return totals.points();
  });
}

Result<std::vector<CategoryStats>> SqliteReader::stats(std::optional<TimePoint> from, std::optional<TimePoint> to) {
  return read([&]() -> Result<std::vector<CategoryStats>> {
    const auto series = samples_->catalog().find({});
    if (!series) return std::unexpected(series.error());
    std::map<std::string, CategoryStats> of;
    for (const CatalogSeries& one : *series) {
      std::uint64_t total = 0, failures = 0;
      auto done = walk(*samples_, one.slot, {least_us(from), most_us(to)},
                       {[&](const Chunk& chunk) {
                          total += chunk.summary.count;
                          failures += chunk.summary.failures;
                          return true;
                        },
                        [&](const Block& block, std::size_t begin, std::size_t end) {
                          total += end - begin;
                          for (std::size_t i = begin; i < end; ++i) failures += block.frame.success[i] == 0 ? 1U : 0U;
                        }});
      if (!done) return std::unexpected(done.error());
      if (total == 0) continue;
      CategoryStats& stats = of[one.category];
      stats.category = one.category;
      stats.total += total;
      stats.success += total - failures;
      stats.failure += failures;
    }
    std::vector<CategoryStats> all;
    for (auto& [category, stats] : of) all.push_back(std::move(stats));
    return all;
  });
}

Result<Page<EventRow>> SqliteReader::events(const EventFilter& filter) {
  return read([&]() -> Result<Page<EventRow>> {
    const auto key = read_cursor(filter.cursor);
    if (!key) return std::unexpected(key.error());

    FilterSql where;
    where.add("v.source = ?", filter.source);
    if (filter.kind) where.require("v.kind = ?", std::string(to_string(*filter.kind)));
    if (filter.least_severity) {
      std::string words;
      for (auto severity = *filter.least_severity;; severity = static_cast<Severity>(static_cast<int>(severity) + 1)) {
        words += fmt::format("{}'{}'", words.empty() ? "" : ", ", to_string(severity));
        if (severity == Severity::critical) break;
      }
      where.require(fmt::format("v.severity IN ({})", words));
    }
    where.add("v.ts >= ?", filter.from);
    where.add("v.ts < ?", filter.to);
    continue_after(where, *key, filter.order, "id");
    const std::size_t limit = rows_of(filter.limit);
    auto statement =
        prepared(fmt::format("SELECT v.id, v.ts, v.source, v.kind, v.severity, v.message, v.payload FROM events v{0} "
                             "ORDER BY v.ts {1}, v.id {1} LIMIT ?",
                             where.text(), direction(filter.order)));
    if (!statement) return std::unexpected(statement.error());
    (*statement)->bind(where.bind(**statement), limit + 1);
    auto rows = collect<EventRow>(**statement, [](const Statement& row) {
      return EventRow{row.integer(0),
                      {row.time(1), row.text(2), event_kind_from(row.text(3)).value_or(EventKind::system),
                       severity_from(row.text(4)).value_or(Severity::info), row.text(5), row.text(6)}};
    });
    if (!rows) return std::unexpected(rows.error());
    return page_of(std::move(*rows), limit, [](const EventRow& row) { return Key{to_us(row.event.at), row.id}; });
  });
}

Result<std::vector<CollectorRow>> SqliteReader::collectors() {
  return read([&]() -> Result<std::vector<CollectorRow>> {
    auto statement = prepared(std::string(kCollectors));
    if (!statement) return std::unexpected(statement.error());
    return collect<CollectorRow>(**statement, [](const Statement& row) {
      return CollectorRow{row.integer(0), row.text(1), row.text(2), row.text(3), row.integer(4) != 0,
                          row.text(5),    row.text(6), row.time(7), row.time(8)};
    });
  });
}

Result<StorageFacts> SqliteReader::facts() {
  return read([&]() -> Result<StorageFacts> {
    const auto bytes = db_->ask("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
    if (!bytes) return std::unexpected(bytes.error());
    const auto series = db_->ask("SELECT count(*) FROM metric_series");
    if (!series) return std::unexpected(series.error());
    return StorageFacts{static_cast<std::uint64_t>(bytes->value_or(0)),
                        static_cast<std::uint64_t>(series->value_or(0))};
  });
}

Result<> SqliteReader::ping() {
  return read([&]() -> Result<> {
    const auto one = db_->ask("SELECT version FROM schema_version");
    if (!one) return std::unexpected(one.error());
    return {};
  });
}

Result<> SqliteReader::integrity() {
  return read([&]() -> Result<> {
    auto statement = prepared("PRAGMA integrity_check(1)");
    if (!statement) return std::unexpected(statement.error());
    const auto faults = collect<std::string>(**statement, [](const Statement& row) { return row.text(0); });
    if (!faults) return std::unexpected(faults.error());
    if (faults->size() == 1 && faults->front() == "ok") return check_layout(*db_, *samples_);
    return failure(ErrorKind::database, fmt::format("the database is damaged: {}", fmt::join(*faults, "; ")),
                   "restore it from a copy");
  });
}

}  // namespace oculus::store::sqlite
