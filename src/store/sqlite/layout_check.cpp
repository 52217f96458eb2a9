#include "store/sqlite/layout_check.hpp"

#include <fmt/format.h>

#include <bit>
#include <limits>
#include <string>

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kWrongUsers = R"sql(
  WITH uses AS (SELECT frame AS id FROM chunks UNION ALL SELECT data FROM chunks),
       counted AS (SELECT id, count(*) AS users FROM uses GROUP BY id)
  SELECT coalesce(p.id, c.id) FROM counted c FULL JOIN pieces p ON p.id = c.id WHERE p.users IS NOT c.users LIMIT 1
)sql";
constexpr std::string_view kJournalRows = R"sql(
  SELECT id, batch FROM journal ORDER BY id
)sql";

std::unexpected<Error> damaged(std::string what) {
  return failure(ErrorKind::database, std::move(what),
                 "restore the database from a copy, or live without these samples");
}

std::string name_of(const CatalogSeries& series, const Chunk& chunk) {
  return fmt::format("the chunk of series {} ({}) that begins at {}", static_cast<std::uint32_t>(series.slot),
                     series.has_symbol ? series.symbol : series.name, to_rfc3339(from_us(chunk.first)));
}

bool equal(double a, double b) { return std::bit_cast<std::uint64_t>(a) == std::bit_cast<std::uint64_t>(b); }

bool tells(const codec::Summary& summary, const Block& block) {
  const codec::Summary is = codec::summarize(block.frame, block.values);
  return summary.count == is.count && summary.present == is.present && summary.failures == is.failures &&
         equal(summary.least, is.least) && equal(summary.most, is.most) && equal(summary.sum, is.sum) &&
         equal(summary.first, is.first) && equal(summary.last, is.last);
}

Result<> check_chunks(SampleSource& source, const CatalogSeries& series) {
  Result<> fault;
  Block block;
  bool first = true;
  std::int64_t end = 0;
  auto walked =
      source.chunks().each(series.slot, kNever, std::numeric_limits<std::int64_t>::max(), [&](const Chunk& chunk) {
        const auto whole = source.load(chunk, block);
        if (!whole)
          fault = std::unexpected(whole.error());
        else if (!*whole)
          fault = damaged(name_of(series, chunk) + " does not decode");
        else if (!tells(chunk.summary, block))
          fault = damaged(name_of(series, chunk) + " holds other samples than it says");
        else if (!first && chunk.first <= end)
          fault = damaged(name_of(series, chunk) + " overlaps the one before");
        first = false;
        end = chunk.last;
        return fault.has_value();
      });
  return walked ? fault : walked;
}

}  // namespace

Result<> check_layout(Connection& db, SampleSource& source) {
  const auto series = source.catalog().find({});
  if (!series) return std::unexpected(series.error());
  for (const CatalogSeries& one : *series)
    if (auto fine = check_chunks(source, one); !fine) return fine;

  const auto misused = db.ask(kWrongUsers);
  if (!misused) return std::unexpected(misused.error());
  if (*misused) return damaged(fmt::format("piece {} is used by other chunks than it says", **misused));

  auto rows = db.prepare(kJournalRows);
  if (!rows) return std::unexpected(rows.error());
  Head head(0);
  for (;;) {
    const auto more = rows->step();
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    if (!head.replay(rows->integer(0), rows->blob(1), [](Slot) { return kNever; }))
      return damaged(fmt::format("row {} of the journal does not read", rows->integer(0)));
  }
}

}  // namespace oculus::store::sqlite
