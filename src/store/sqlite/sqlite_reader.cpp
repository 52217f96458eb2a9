#include "store/sqlite/sqlite_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "store/sqlite/filter_sql.hpp"
#include "store/sqlite/functions.hpp"

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kSeriesColumns =
    "s.series_id, s.symbol, s.category, s.name, s.target, s.unit, s.static_tags, s.description, s.interval_ms, "
    "s.created_at, s.updated_at, "
    "s.retired_at";
constexpr std::string_view kLatestValues = R"sql(
  SELECT ts, value, success, duration_us, tags FROM value_rows WHERE series_id = ?1 ORDER BY ts DESC LIMIT ?2
)sql";
constexpr std::string_view kPoints = R"sql(
  SELECT (v.ts - ?2) / ?4 AS step, avg(v.value), min(v.value), max(v.value), count(*), sum(v.success = 0)
  FROM value_rows v
  WHERE v.series_id IN (SELECT series_id FROM metric_series WHERE symbol = ?1) AND v.ts >= ?2 AND v.ts < ?3
  GROUP BY step ORDER BY step
)sql";
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

Tags tags_of(const Statement& row, int column) {
  if (row.is_null(column)) return {};
  auto tags = tags_from_json(row.text(column));
  return tags ? std::move(*tags) : Tags{};
}

std::optional<microseconds> took_of(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(microseconds(row.integer(column)));
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

std::int64_t rows_of(std::size_t limit) {
  constexpr std::size_t kMost = 1'000'000;
  return static_cast<std::int64_t>(std::min(limit, kMost));
}

}  // namespace

void SqliteReader::close() noexcept {
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
    close();
    db_ = std::move(*db);
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
  auto outcome = work();
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

Result<std::optional<std::vector<std::int64_t>>> SqliteReader::series_of_filter(const MetricFilter& filter) {
  FilterSql where;
  where.add("symbol = ?", filter.symbol);
  where.add("series_id = ?", signed_id(filter.series));
  where.add("category = ?", filter.category);
  where.add("name = ?", filter.name);
  where.add("target = ?", filter.target);
  if (where.text().empty()) return std::optional<std::vector<std::int64_t>>();
  auto statement = prepared("SELECT series_id FROM metric_series" + where.text());
  if (!statement) return std::unexpected(statement.error());
  where.bind(**statement);
  return collect<std::int64_t>(**statement, [](const Statement& row) { return row.integer(0); });
}

Result<Page<MetricRow>> SqliteReader::metrics(const MetricFilter& filter) {
  return read([&]() -> Result<Page<MetricRow>> {
    const auto key = read_cursor(filter.cursor);
    if (!key) return std::unexpected(key.error());
    const auto series = series_of_filter(filter);
    if (!series) return std::unexpected(series.error());

    // A few series are read through their index and sorted; many are met on the way back through time.
    constexpr std::size_t kFew = 16;
    FilterSql where;
    std::string_view by = "NOT INDEXED";
    if (*series && (*series)->empty()) return Page<MetricRow>{};
    if (*series && (*series)->size() <= kFew) {
      by = "INDEXED BY values_of_series";
      where.require_one_of("v.series_id", **series);
    } else if (*series) {
      where.add("s.symbol = ?", filter.symbol);
      where.add("s.category = ?", filter.category);
      where.add("s.name = ?", filter.name);
      where.add("s.target = ?", filter.target);
    }
    where.add("v.ts >= ?", filter.from);
    where.add("v.ts < ?", filter.to);
    continue_after(where, *key, filter.order, "series_id");
    const std::int64_t limit = rows_of(filter.limit);
    auto statement =
        prepared(fmt::format("SELECT v.series_id, v.ts, s.category, s.symbol, s.name, s.target, s.unit, v.value, "
                             "v.success, v.duration_us, s.static_tags, v.tags "
                             "FROM value_rows v {2} CROSS JOIN metric_series s ON s.series_id = v.series_id{0} "
                             "ORDER BY v.ts {1}, v.series_id {1} LIMIT ?",
                             where.text(), direction(filter.order), by));
    if (!statement) return std::unexpected(statement.error());
    (*statement)->bind(where.bind(**statement), limit + 1);
    auto rows = collect<MetricRow>(**statement, [](const Statement& row) {
      return MetricRow{series_id_from(row.integer(0)),
                       row.time(1),
                       row.text(2),
                       row.text(3),
                       row.text(4),
                       row.text(5),
                       row.text(6),
                       row.maybe_real(7),
                       row.integer(8) != 0,
                       took_of(row, 9),
                       merge(tags_of(row, 10), tags_of(row, 11))};
    });
    if (!rows) return std::unexpected(rows.error());
    return page_of(std::move(*rows), static_cast<std::size_t>(limit),
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
        prepared(fmt::format("SELECT {} FROM metric_series s{} ORDER BY s.category, s.name, s.created_at, s.symbol",
                             kSeriesColumns, where.text()));
    if (!statement) return std::unexpected(statement.error());
    where.bind(**statement);
    auto rows = collect<LatestRow>(**statement, [](const Statement& row) { return LatestRow{series_of(row), {}, {}}; });
    if (!rows) return rows;

    auto values = prepared(std::string(kLatestValues));
    if (!values) return std::unexpected(values.error());
    for (LatestRow& row : *rows) {
      (*values)->bind_all(to_signed(row.series.id), std::max<std::size_t>(1, filter.recent));
      auto samples = collect<Sample>(**values, [&](const Statement& v) {
        return Sample{row.series.id, v.time(0), v.maybe_real(1), v.integer(2) != 0, took_of(v, 3), tags_of(v, 4)};
      });
      if (!samples) return std::unexpected(samples.error());
      if (filter.recent > 0)
        for (auto sample = samples->rbegin(); sample != samples->rend(); ++sample) row.recent.push_back(sample->value);
      if (!samples->empty()) row.sample = std::move(samples->front());
    }
    return rows;
  });
}

Result<std::vector<Point>> SqliteReader::points(const PointsQuery& query) {
  return read([&]() -> Result<std::vector<Point>> {
    if (query.step <= microseconds(0)) return invalid("the step of a chart is zero", "a duration such as 1m");
    auto statement = prepared(std::string(kPoints));
    if (!statement) return std::unexpected(statement.error());
    (*statement)->bind_all(std::string_view(query.symbol), query.from, query.to, query.step.count());
    return collect<Point>(**statement, [&](const Statement& row) {
      return Point{query.from + query.step * row.integer(0),
                   row.maybe_real(1),
                   row.maybe_real(2),
                   row.maybe_real(3),
                   static_cast<std::uint64_t>(row.integer(4)),
                   static_cast<std::uint64_t>(row.integer(5))};
    });
  });
}

Result<std::vector<CategoryStats>> SqliteReader::stats(std::optional<TimePoint> from, std::optional<TimePoint> to) {
  return read([&]() -> Result<std::vector<CategoryStats>> {
    FilterSql where;
    where.add("v.ts >= ?", from);
    where.add("v.ts < ?", to);
    auto statement =
        prepared(fmt::format("SELECT s.category, count(*), sum(v.success) FROM value_rows v JOIN metric_series s ON "
                             "s.series_id = v.series_id{} "
                             "GROUP BY s.category ORDER BY s.category",
                             where.text()));
    if (!statement) return std::unexpected(statement.error());
    where.bind(**statement);
    return collect<CategoryStats>(**statement, [](const Statement& row) {
      const auto total = static_cast<std::uint64_t>(row.integer(1));
      const auto success = static_cast<std::uint64_t>(row.integer(2));
      return CategoryStats{row.text(0), total, success, total - success};
    });
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
    const std::int64_t limit = rows_of(filter.limit);
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
    return page_of(std::move(*rows), static_cast<std::size_t>(limit),
                   [](const EventRow& row) { return Key{to_us(row.event.at), row.id}; });
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
    if (faults->size() == 1 && faults->front() == "ok") return {};
    return failure(ErrorKind::database, fmt::format("the database is damaged: {}", fmt::join(*faults, "; ")),
                   "restore it from a copy");
  });
}

}  // namespace oculus::store::sqlite
