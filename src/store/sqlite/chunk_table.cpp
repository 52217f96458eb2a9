#include "store/sqlite/chunk_table.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace oculus::store::sqlite {
namespace {

constexpr std::string_view kFindAtOrBefore = R"sql(
  SELECT slot, first, span, frame, data, summary FROM chunks WHERE slot = ?1 AND first <= ?2 ORDER BY first DESC LIMIT 1
)sql";
constexpr std::string_view kFindAfter = R"sql(
  SELECT slot, first, span, frame, data, summary FROM chunks WHERE slot = ?1 AND first > ?2 ORDER BY first LIMIT 1
)sql";
// From the chunk that holds ?2, if there is one.
constexpr std::string_view kFindEach = R"sql(
  SELECT slot, first, span, frame, data, summary FROM chunks
  WHERE slot = ?1 AND first <= ?3
    AND first >= (SELECT coalesce(max(first), ?2) FROM chunks WHERE slot = ?1 AND first <= ?2)
  ORDER BY first
)sql";
constexpr std::string_view kReadPiece = R"sql(
  SELECT bytes FROM pieces WHERE id = ?1
)sql";

constexpr std::string_view kInsertChunk = R"sql(
  INSERT INTO chunks (slot, first, span, frame, data, summary) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
)sql";
constexpr std::string_view kRemoveChunk = R"sql(
  DELETE FROM chunks WHERE slot = ?1 AND first = ?2
)sql";
constexpr std::string_view kInsertOnePiece = R"sql(
  INSERT INTO pieces (users, bytes) VALUES (1, ?1)
)sql";
constexpr std::string_view kShareOnePiece = R"sql(
  UPDATE pieces SET users = users + 1 WHERE id = ?1
)sql";
constexpr std::string_view kReleasePiece = R"sql(
  UPDATE pieces SET users = users - 1 WHERE id = ?1
)sql";
constexpr std::string_view kRemoveUnusedPiece = R"sql(
  DELETE FROM pieces WHERE id = ?1 AND users <= 0
)sql";

// The span of a chunk may be longer than a signed number tells: it wraps around, there and back.
std::int64_t plus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + static_cast<std::uint64_t>(b));
}
std::int64_t minus(std::int64_t a, std::int64_t b) noexcept {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) - static_cast<std::uint64_t>(b));
}

// A duration that each sample's own value tells needs no column.
bool took_is_value(const Block& block) {
  for (std::size_t i = 0; i < block.size(); ++i) {
    const auto told = block.values.present[i] != 0 ? codec::took_of_value(block.values.value[i]) : codec::kNoDuration;
    if (block.frame.took[i] != told) return false;
  }
  return true;
}

}  // namespace

Result<ChunkTable> ChunkTable::prepare(Connection& db) {
  auto statements = db.prepare_all(std::array{kFindAtOrBefore, kFindAfter, kFindEach, kReadPiece});
  if (!statements) return std::unexpected(statements.error());
  return ChunkTable(std::move(*statements));
}

Chunk ChunkTable::read(const Statement& row) {
  Chunk chunk;
  chunk.slot = Slot(static_cast<std::uint32_t>(row.integer(0)));
  chunk.first = row.integer(1);
  chunk.last = plus(chunk.first, row.integer(2));
  chunk.frame = row.integer(3);
  chunk.data = row.integer(4);
  if (!codec::decode(row.blob(5), chunk.summary)) chunk.summary = {};
  return chunk;
}

Result<std::optional<Chunk>> ChunkTable::one(Statement& statement, Slot slot, std::int64_t at) {
  statement.bind_all(static_cast<std::int64_t>(slot), at);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return std::optional<Chunk>();
  const Chunk chunk = read(statement);
  statement.reset();
  return std::optional(chunk);
}

Result<std::optional<Chunk>> ChunkTable::at_or_before(Slot slot, std::int64_t at) {
  return one(statements_[kAtOrBefore], slot, at);
}
Result<std::optional<Chunk>> ChunkTable::after(Slot slot, std::int64_t at) {
  return one(statements_[kAfter], slot, at);
}

Result<std::int64_t> ChunkTable::end(Slot slot) {
  const auto last = at_or_before(slot, std::numeric_limits<std::int64_t>::max());
  if (!last) return std::unexpected(last.error());
  return *last ? (*last)->last : kNever;
}

Result<bool> ChunkTable::piece(std::int64_t id, std::string& bytes) {
  Statement& statement = statements_[kPiece];
  statement.bind_all(id);
  const auto found = statement.step();
  if (!found) return std::unexpected(found.error());
  if (!*found) return false;
  bytes = statement.blob(0);
  statement.reset();
  return true;
}

Result<bool> ChunkTable::load(const Chunk& chunk, Block& block) {
  if (frame_id_ != chunk.frame) {
    frame_id_ = 0;
    const auto found = piece(chunk.frame, bytes_);
    if (!found) return found;
    if (!*found || !codec::decode(bytes_, frame_)) return false;
    frame_id_ = chunk.frame;
  }
  block.frame = frame_;
  const auto found = piece(chunk.data, bytes_);
  if (!found) return found;
  if (!*found || !codec::decode(bytes_, block.size(), block.values)) return false;
  if (block.empty() || block.first() != chunk.first || block.last() != chunk.last) return false;
  if (std::exchange(block.frame.took_is_value, false)) {
    block.frame.took.resize(block.size());
    for (std::size_t i = 0; i < block.size(); ++i)
      block.frame.took[i] =
          block.values.present[i] != 0 ? codec::took_of_value(block.values.value[i]) : codec::kNoDuration;
  }
  return true;
}

Result<ChunkWriter> ChunkWriter::prepare(Connection& db) {
  auto statements = db.prepare_all(
      std::array{kInsertChunk, kRemoveChunk, kInsertOnePiece, kShareOnePiece, kReleasePiece, kRemoveUnusedPiece});
  if (!statements) return std::unexpected(statements.error());
  return ChunkWriter(db.handle(), std::move(*statements));
}

Result<std::int64_t> ChunkWriter::insert_piece(const std::string& bytes) {
  if (auto done = statements_[kInsertPiece].run(Blob{bytes}); !done) return std::unexpected(done.error());
  return sqlite3_last_insert_rowid(db_);
}

Result<std::int64_t> ChunkWriter::frame_of(const Block& block, bool alone) {
  const auto known = std::ranges::find(shared_, block.frame, &Shared::frame);
  if (known != shared_.end()) {
    if (auto done = statements_[kShare].run(known->id); !done) return std::unexpected(done.error());
    return known->id;
  }
  bytes_.clear();
  if (alone && took_is_value(block)) {
    codec::Frame frame = block.frame;
    frame.took_is_value = true;
    frame.took.clear();
    codec::encode(frame, bytes_);
    return insert_piece(bytes_);
  }
  codec::encode(block.frame, bytes_);
  auto id = insert_piece(bytes_);
  if (id && !alone) shared_.push_back({block.frame, *id});
  return id;
}

Result<> ChunkWriter::insert(Slot slot, const Block& block, bool alone) {
  const auto frame = frame_of(block, alone);
  if (!frame) return std::unexpected(frame.error());
  bytes_.clear();
  codec::encode(block.values, bytes_);
  const auto data = insert_piece(bytes_);
  if (!data) return std::unexpected(data.error());
  bytes_.clear();
  codec::encode(codec::summarize(block.frame, block.values), bytes_);
  return statements_[kInsert].run(static_cast<std::int64_t>(slot), block.first(), minus(block.last(), block.first()),
                                  *frame, *data, Blob{bytes_});
}

Result<> ChunkWriter::remove(const Chunk& chunk) {
  if (auto done = statements_[kRemove].run(static_cast<std::int64_t>(chunk.slot), chunk.first); !done) return done;
  if (auto done = release(chunk.data); !done) return done;
  return release(chunk.frame);
}

Result<> ChunkWriter::release(std::int64_t piece) {
  if (auto done = statements_[kRelease].run(piece); !done) return done;
  if (auto done = statements_[kRemovePiece].run(piece); !done) return done;
  if (sqlite3_changes64(db_) > 0) std::erase_if(shared_, [&](const Shared& frame) { return frame.id == piece; });
  return {};
}

}  // namespace oculus::store::sqlite
