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
  where.require(fmt::format("(v.ts, v.{}) {} ({}, {})", second, sign, key->ts, key->second));
}

}  // namespace

Result<> SqliteReader::open() {
  if (db_) return {};
  auto db = Connection::open(path_, Connection::Mode::read_only);
  if (!db) return std::unexpected(db.error());
  if (auto done = db->execute("PRAGMA query_only = ON; PRAGMA busy_timeout = 2000"); !done) return done;
  if (auto done = add_functions(*db); !done) return done;
  db_ = std::move(*db);
  return {};
}

Result<Page<MetricRow>> SqliteReader::metrics(const MetricFilter& filter) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  const auto key = read_cursor(filter.cursor);
  if (!key) return std::unexpected(key.error());

  FilterSql where;
  where.add("v.series_id IN (SELECT series_id FROM metric_series WHERE symbol = ?)", filter.symbol);
  where.add("v.series_id = ?", signed_id(filter.series));
  where.add("s.category = ?", filter.category);
  where.add("s.name = ?", filter.name);
  where.add("s.target = ?", filter.target);
  where.add("v.ts >= ?", filter.from);
  where.add("v.ts < ?", filter.to);
  continue_after(where, *key, filter.order, "series_id");
  auto statement =
      db_->prepare(fmt::format("SELECT v.series_id, v.ts, s.category, s.symbol, s.name, s.target, s.unit, v.value, "
                               "v.success, v.duration_us, s.static_tags, v.tags "
                               "FROM value_rows v JOIN metric_series s ON s.series_id = v.series_id{0} ORDER BY v.ts "
                               "{1}, v.series_id {1} LIMIT ?",
                               where.text(), direction(filter.order)));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(where.bind(*statement), filter.limit + 1);
  auto rows = collect<MetricRow>(*statement, [](const Statement& row) {
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
  return page_of(std::move(*rows), filter.limit,
                 [](const MetricRow& row) { return Key{to_us(row.at), to_signed(row.series)}; });
}

Result<std::vector<LatestRow>> SqliteReader::latest(const LatestFilter& filter) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  FilterSql where;
  where.require("s.retired_at IS NULL");
  where.add("s.symbol = ?", filter.symbol);
  where.add("s.series_id = ?", signed_id(filter.series));
  where.add("s.category = ?", filter.category);
  where.add("s.name = ?", filter.name);
  where.add("s.target = ?", filter.target);
  auto statement =
      db_->prepare(fmt::format("SELECT {} FROM metric_series s{} ORDER BY s.category, s.name, s.created_at, s.symbol",
                               kSeriesColumns, where.text()));
  if (!statement) return std::unexpected(statement.error());
  where.bind(*statement);
  auto rows = collect<LatestRow>(*statement, [](const Statement& row) { return LatestRow{series_of(row), {}, {}}; });
  if (!rows) return rows;

  auto values = db_->prepare(kLatestValues);
  if (!values) return std::unexpected(values.error());
  for (LatestRow& row : *rows) {
    values->bind_all(to_signed(row.series.id), std::max<std::size_t>(1, filter.recent));
    auto samples = collect<Sample>(*values, [&](const Statement& v) {
      return Sample{row.series.id, v.time(0), v.maybe_real(1), v.integer(2) != 0, took_of(v, 3), tags_of(v, 4)};
    });
    if (!samples) return std::unexpected(samples.error());
    values->reset();
    if (filter.recent > 0)
      for (auto sample = samples->rbegin(); sample != samples->rend(); ++sample) row.recent.push_back(sample->value);
    if (!samples->empty()) row.sample = std::move(samples->front());
  }
  return rows;
}

Result<std::vector<Point>> SqliteReader::points(const PointsQuery& query) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  auto statement = db_->prepare(kPoints);
  if (!statement) return std::unexpected(statement.error());
  statement->bind_all(std::string_view(query.symbol), query.from, query.to, query.step.count());
  return collect<Point>(*statement, [&](const Statement& row) {
    return Point{query.from + query.step * row.integer(0),
                 row.maybe_real(1),
                 row.maybe_real(2),
                 row.maybe_real(3),
                 static_cast<std::uint64_t>(row.integer(4)),
                 static_cast<std::uint64_t>(row.integer(5))};
  });
}

Result<std::vector<CategoryStats>> SqliteReader::stats(std::optional<TimePoint> from, std::optional<TimePoint> to) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  FilterSql where;
  where.add("v.ts >= ?", from);
  where.add("v.ts < ?", to);
  auto statement =
      db_->prepare(fmt::format("SELECT s.category, count(*), sum(v.success) FROM value_rows v JOIN metric_series s ON "
                               "s.series_id = v.series_id{} "
                               "GROUP BY s.category ORDER BY s.category",
                               where.text()));
  if (!statement) return std::unexpected(statement.error());
  where.bind(*statement);
  return collect<CategoryStats>(*statement, [](const Statement& row) {
    const auto total = static_cast<std::uint64_t>(row.integer(1));
    const auto success = static_cast<std::uint64_t>(row.integer(2));
    return CategoryStats{row.text(0), total, success, total - success};
  });
}

Result<Page<EventRow>> SqliteReader::events(const EventFilter& filter) {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
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
  auto statement =
      db_->prepare(fmt::format("SELECT v.id, v.ts, v.source, v.kind, v.severity, v.message, v.payload FROM events v{0} "
                               "ORDER BY v.ts {1}, v.id {1} LIMIT ?",
                               where.text(), direction(filter.order)));
  if (!statement) return std::unexpected(statement.error());
  statement->bind(where.bind(*statement), filter.limit + 1);
  auto rows = collect<EventRow>(*statement, [](const Statement& row) {
    return EventRow{row.integer(0),
                    {row.time(1), row.text(2), event_kind_from(row.text(3)).value_or(EventKind::system),
                     severity_from(row.text(4)).value_or(Severity::info), row.text(5), row.text(6)}};
  });
  if (!rows) return std::unexpected(rows.error());
  return page_of(std::move(*rows), filter.limit, [](const EventRow& row) { return Key{to_us(row.event.at), row.id}; });
}

Result<std::vector<CollectorRow>> SqliteReader::collectors() {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  auto statement = db_->prepare(kCollectors);
  if (!statement) return std::unexpected(statement.error());
  return collect<CollectorRow>(*statement, [](const Statement& row) {
    return CollectorRow{row.integer(0), row.text(1), row.text(2), row.text(3), row.integer(4) != 0,
                        row.text(5),    row.text(6), row.time(7), row.time(8)};
  });
}

Result<StorageFacts> SqliteReader::facts() {
  if (auto opened = open(); !opened) return std::unexpected(opened.error());
  const auto bytes = db_->ask("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()");
  if (!bytes) return std::unexpected(bytes.error());
  const auto series = db_->ask("SELECT count(*) FROM metric_series");
  if (!series) return std::unexpected(series.error());
  return StorageFacts{static_cast<std::uint64_t>(bytes->value_or(0)), static_cast<std::uint64_t>(series->value_or(0))};
}

Result<> SqliteReader::ping() {
  if (auto opened = open(); !opened) return opened;
  const auto one = db_->ask("SELECT version FROM schema_version");
  if (!one) return std::unexpected(one.error());
  return {};
}

}  // namespace oculus::store::sqlite
