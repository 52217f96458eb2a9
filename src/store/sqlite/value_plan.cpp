#include "store/sqlite/value_plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace oculus::store::sqlite {
namespace {

// The plan travels as a number (the order) and a text with a letter for each argument.
constexpr int kOrdered = 1, kBackward = 2;
constexpr char kAt = '=', kFrom = 'g', kAfter = 'G', kThrough = 'l', kBefore = 'L';
constexpr char kSeriesId = 'i', kSymbol = 's', kCategory = 'c', kName = 'n', kTarget = 't';

char letter_of_time(unsigned char op) {
  switch (op) {
    case SQLITE_INDEX_CONSTRAINT_EQ:
      return kAt;
    case SQLITE_INDEX_CONSTRAINT_GE:
      return kFrom;
    case SQLITE_INDEX_CONSTRAINT_GT:
      return kAfter;
    case SQLITE_INDEX_CONSTRAINT_LE:
      return kThrough;
    case SQLITE_INDEX_CONSTRAINT_LT:
      return kBefore;
    default:
      return 0;
  }
}

// 0: the condition is none of ours.
char letter_of(ValueColumn column, unsigned char op) {
  if (column == ValueColumn::ts) return letter_of_time(op);
  if (op != SQLITE_INDEX_CONSTRAINT_EQ) return 0;
  switch (column) {
    case ValueColumn::series_id:
      return kSeriesId;
    case ValueColumn::symbol:
      return kSymbol;
    case ValueColumn::category:
      return kCategory;
    case ValueColumn::name:
      return kName;
    case ValueColumn::target:
      return kTarget;
    default:
      return 0;
  }
}

bool is_text(char letter) { return letter == kSymbol || letter == kCategory || letter == kName || letter == kTarget; }

// By time, then by series; of one series any second column is as good.
bool can_order(const sqlite3_index_info& info, const ValueColumn* columns, bool one_series) {
  if (info.nOrderBy < 1 || info.nOrderBy > 2 || columns[info.aOrderBy[0].iColumn] != ValueColumn::ts) return false;
  if (info.nOrderBy == 1) return true;
  if (columns[info.aOrderBy[1].iColumn] != ValueColumn::series_id) return false;
  return one_series || info.aOrderBy[0].desc == info.aOrderBy[1].desc;
}

// Rough sizes, so that SQLite finds a series first and its samples then. How much a condition leaves:
double share_of(char letter) {
  switch (letter) {
    case kAt:
      return 1e-6;
    case kSeriesId:
    case kSymbol:
      return 1e-3;
    case kName:
    case kTarget:
      return 5e-3;
    case kFrom:
    case kAfter:
      return 0.05;
    default:
      return 0.3;
  }
}

// Texts compare as bytes, so that nothing but a text is equal to one. SQLite compares once more itself.
void require(std::optional<std::string>& wanted, sqlite3_value* value, ValuePlan& plan) {
  if (sqlite3_value_type(value) == SQLITE_NULL) plan.nothing = true;
  if (sqlite3_value_type(value) != SQLITE_TEXT) return;
  const auto* const text = reinterpret_cast<const char*>(sqlite3_value_text(value));
  wanted = std::string(text, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

void require_id(sqlite3_value* value, ValuePlan& plan) {
  if (sqlite3_value_numeric_type(value) == SQLITE_INTEGER)
    plan.series.series_id = sqlite3_value_int64(value);
  else if (sqlite3_value_type(value) != SQLITE_FLOAT)
    plan.nothing = true;  // no number: no series has it
}

void raise(ValuePlan& plan, std::int64_t at) { plan.range.from = std::max(plan.range.from, at); }
void lower(ValuePlan& plan, std::int64_t at) { plan.range.through = std::min(plan.range.through, at); }

void bound_by(std::int64_t at, char letter, ValuePlan& plan) {
  constexpr auto kLeast = std::numeric_limits<std::int64_t>::min(), kMost = std::numeric_limits<std::int64_t>::max();
  if (letter == kAfter && at == kMost) plan.nothing = true;
  if (letter == kBefore && at == kLeast) plan.nothing = true;
  if (plan.nothing) return;
  if (letter == kAt || letter == kFrom) raise(plan, at);
  if (letter == kAfter) raise(plan, at + 1);
  if (letter == kAt || letter == kThrough) lower(plan, at);
  if (letter == kBefore) lower(plan, at - 1);
}

// Numbers that are no integers lie between two; nothing compares with NULL; what else there is SQLite compares itself.
void bound_by(sqlite3_value* value, char letter, ValuePlan& plan) {
  constexpr double kTooFar = 9.2e18;
  switch (sqlite3_value_type(value)) {
    case SQLITE_NULL:
      plan.nothing = true;
      return;
    case SQLITE_INTEGER:
      return bound_by(sqlite3_value_int64(value), letter, plan);
    case SQLITE_FLOAT: {
      const double at = sqlite3_value_double(value);
      if (!(std::abs(at) < kTooFar)) return;
      // Rounded outwards: a time too many is sorted out by SQLite.
      if (letter == kAt || letter == kFrom || letter == kAfter) raise(plan, static_cast<std::int64_t>(std::floor(at)));
      if (letter == kAt || letter == kThrough || letter == kBefore)
        lower(plan, static_cast<std::int64_t>(std::ceil(at)));
      return;
    }
    default:
      return;
  }
}

}  // namespace

void choose_plan(sqlite3_index_info& info, const ValueColumn* columns) {
  std::string letters;
  double rows = 1e8;
  bool one_series = false;
  for (int i = 0; i < info.nConstraint; ++i) {
    const auto& constraint = info.aConstraint[i];
    if (constraint.usable == 0 || constraint.iColumn < 0) continue;
    const char letter = letter_of(columns[constraint.iColumn], constraint.op);
    if (is_text(letter) && std::strcmp(sqlite3_vtab_collation(&info, i), "BINARY") != 0) continue;
    if (letter == 0 || letters.find(letter) != std::string::npos) continue;
    letters += letter;
    rows *= share_of(letter);
    one_series = one_series || letter == kSeriesId;
    info.aConstraintUsage[i].argvIndex = static_cast<int>(letters.size());
  }
  if (can_order(info, columns, one_series)) {
    info.orderByConsumed = 1;
    info.idxNum = kOrdered | (info.aOrderBy[0].desc != 0 ? kBackward : 0);
  }
  info.idxStr = sqlite3_mprintf("%s", letters.c_str());
  info.needToFreeIdxStr = 1;
  info.estimatedRows = std::max<sqlite3_int64>(1, static_cast<sqlite3_int64>(rows));
  info.estimatedCost = rows + 50;
}

ValuePlan read_plan(const char* text, int number, sqlite3_value** arguments) {
  ValuePlan plan;
  plan.ordered = (number & kOrdered) != 0;
  plan.direction = (number & kBackward) != 0 ? Direction::backward : Direction::forward;
  for (std::size_t i = 0; text != nullptr && text[i] != '\0'; ++i) {
    sqlite3_value* const value = arguments[i];
    switch (text[i]) {
      case kSeriesId:
        require_id(value, plan);
        break;
      case kSymbol:
        require(plan.series.symbol, value, plan);
        break;
      case kCategory:
        require(plan.series.category, value, plan);
        break;
      case kName:
        require(plan.series.name, value, plan);
        break;
      case kTarget:
        require(plan.series.target, value, plan);
        break;
      default:
        bound_by(value, text[i], plan);
    }
  }
  plan.nothing = plan.nothing || plan.range.empty();
  return plan;
}

}  // namespace oculus::store::sqlite
