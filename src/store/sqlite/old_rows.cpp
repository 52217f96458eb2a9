#include "store/sqlite/old_rows.hpp"

#include <array>
#include <string>
#include <utility>

#include "store/sqlite/schema.hpp"

namespace oculus::store::sqlite {
namespace {

constexpr std::size_t kSlice = 20'000;
constexpr std::string_view kNextSeries = R"sql(
  SELECT v.series_id, s.slot FROM value_rows v JOIN series_slots s ON s.series_id = v.series_id
  WHERE v.series_id = (SELECT min(series_id) FROM value_rows) LIMIT 1
)sql";
constexpr std::string_view kReadRows = R"sql(
  SELECT ts, value, success, duration_us, tags FROM value_rows INDEXED BY values_of_series
  WHERE series_id = ?1 ORDER BY ts LIMIT ?2
)sql";
constexpr std::string_view kDeleteRows = R"sql(
  DELETE FROM value_rows WHERE series_id = ?1 AND ts <= ?2
)sql";
constexpr std::string_view kDeleteRow = R"sql(
  DELETE FROM value_rows WHERE series_id = ?1 AND ts = ?2
)sql";
constexpr std::string_view kDeleteRowsBefore = R"sql(
  DELETE FROM value_rows
  WHERE (ts, series_id) IN (SELECT ts, series_id FROM value_rows WHERE ts < ?1 ORDER BY ts LIMIT ?2)
)sql";

}  // namespace

Result<std::unique_ptr<OldRows>> OldRows::find(Connection& db) {
  const auto there = db.ask("SELECT has_old_rows FROM journal_state");
  if (!there) return std::unexpected(there.error());
  if (*there == 0) return nullptr;
  auto statements = db.prepare_all(std::array{kNextSeries, kReadRows, kDeleteRows, kDeleteRow, kDeleteRowsBefore});
  if (!statements) return std::unexpected(statements.error());
  return std::unique_ptr<OldRows>(new OldRows(db, std::move(*statements)));
}

Result<std::optional<std::pair<std::int64_t, Slot>>> OldRows::next_series() {
  Statement& next = statements_[kNextSlot];
  const auto found = next.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::optional<std::pair<std::int64_t, Slot>>();
  const std::pair series(next.integer(0), Slot(static_cast<std::uint32_t>(next.integer(1))));
  next.reset();
  return std::optional(series);
}

Result<bool> OldRows::convert_slice(SampleWriter& samples) {
  const auto series = next_series();
  if (!series) return std::unexpected(series.error());
  if (!*series) {
    if (auto done = db_.execute("UPDATE journal_state SET has_old_rows = 0"); !done)
      return std::unexpected(done.error());
    if (auto done = drop_old_rows_if_converted(db_); !done) return std::unexpected(done.error());
    return false;
  }
  const auto& [series_id, slot] = **series;
  Block block;
  Statement& rows = statements_[kRead];
  rows.bind_all(series_id, kSlice);
  for (;;) {
    const auto more = rows.step();
    if (!more) return std::unexpected(more.error());
    if (!*more) break;
    block.append(sample_of_old_row(rows));
  }
  if (auto done = samples.add_old(slot, block); !done) return std::unexpected(done.error());
  if (auto done = statements_[kDelete].run(series_id, block.last()); !done) return std::unexpected(done.error());
  converted_ += block.size();
  return true;
}

Result<bool> OldRows::remove(std::int64_t series_id, std::int64_t at) {
  if (auto done = statements_[kDeleteOne].run(series_id, at); !done) return std::unexpected(done.error());
  return sqlite3_changes64(db_.handle()) > 0;
}

Result<std::uint64_t> OldRows::remove_before(std::int64_t cutoff, std::uint64_t most) {
  if (auto done = statements_[kDeleteBefore].run(cutoff, most); !done) return std::unexpected(done.error());
  return static_cast<std::uint64_t>(sqlite3_changes64(db_.handle()));
}

}  // namespace oculus::store::sqlite
