#include "store/sqlite/value_relations.hpp"

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/tags.hpp"
#include "store/sqlite/series_cursor.hpp"
#include "store/sqlite/value_plan.hpp"

namespace oculus::store::sqlite {
namespace {

struct Form {
  const char* name;
  const char* declaration;
  const ValueColumn* columns;
};

constexpr auto kValuesColumns =
    std::to_array<ValueColumn>({ValueColumn::ts, ValueColumn::series_id, ValueColumn::value, ValueColumn::success,
                                ValueColumn::duration_ms, ValueColumn::dynamic_tags, ValueColumn::unit});
constexpr auto kMetricsColumns = std::to_array<ValueColumn>(
    {ValueColumn::ts, ValueColumn::category, ValueColumn::symbol, ValueColumn::name, ValueColumn::target,
     ValueColumn::value, ValueColumn::unit, ValueColumn::success, ValueColumn::duration_ms, ValueColumn::tags});
constexpr Form kForms[] = {
    {"metric_values",
     "CREATE TABLE metric_values (ts INTEGER, series_id INTEGER, value REAL, success INTEGER, duration_ms REAL, "
     "dynamic_tags TEXT, unit TEXT)",
     kValuesColumns.data()},
    {"metrics",
     "CREATE TABLE metrics (ts INTEGER, category TEXT, symbol TEXT, name TEXT, target TEXT, value REAL, unit TEXT, "
     "success INTEGER, duration_ms REAL, tags TEXT)",
     kMetricsColumns.data()},
};

// What a module is registered with; it goes with the connection.
struct Client {
  const Form& form;
  SharedState shared;
  OwnWork* own_work;
};

struct Relation : sqlite3_vtab {
  sqlite3* db = nullptr;
  const Form* form = nullptr;
  OwnWork* own_work = nullptr;
  std::unique_ptr<SampleSource> source;
};

struct Cursor : sqlite3_vtab_cursor {
  [[nodiscard]] Relation& relation() const noexcept { return static_cast<Relation&>(*pVtab); }
  Result<bool> advance();

  ValuePlan plan;
  std::vector<CatalogSeries> series;
  std::size_t current = 0;  // of series
  std::optional<SeriesCursor> single;
  std::optional<MergedCursor> merged;
  codec::RawSample sample;
  bool at_end = true;
};

// In order of time over all, or one series after another.
Result<bool> Cursor::advance() {
  if (merged) {
    auto more = merged->next();
    if (!more || !*more) return more;
    current = merged->index();
    sample = merged->sample();
    return more;
  }
  for (; current < series.size(); ++current, single.reset()) {
    if (!single) single.emplace(*relation().source, series[current].slot, plan.range, plan.direction);
    auto more = single->next();
    if (!more) return more;
    if (!*more) continue;
    sample = single->sample();
    return more;
  }
  return false;
}

int told(sqlite3_vtab* table, const Error& error) {
  sqlite3_free(table->zErrMsg);
  table->zErrMsg = sqlite3_mprintf("%s", error.what.c_str());
  // What ended our own statement ends the person's: a time limit is no mistake of theirs.
  const int code = sqlite3_errcode(static_cast<const Relation*>(table)->db) & 0xff;
  return code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_ERROR : code;
}

// No exception may pass through SQLite; ours are those of memory alone.
template <class Work>
int guarded(Work work) noexcept {
  try {
    return work();
  } catch (...) {
    return SQLITE_NOMEM;
  }
}

// SQLite makes kept statements anew when it sees fit, and asks the authorizer again.
class AtOwnWork {
 public:
  explicit AtOwnWork(OwnWork* work) : work_(work) {
    if (work_ != nullptr) ++work_->depth;
  }
  ~AtOwnWork() {
    if (work_ != nullptr) --work_->depth;
  }
  AtOwnWork(const AtOwnWork&) = delete;
  AtOwnWork& operator=(const AtOwnWork&) = delete;

 private:
  OwnWork* work_;
};

int connect(sqlite3* db, void* client, int, const char* const*, sqlite3_vtab** made, char** message) {
  return guarded([&] {
    const auto& [form, shared, own_work] = *static_cast<const Client*>(client);
    const AtOwnWork working(own_work);
    if (const int code = sqlite3_declare_vtab(db, form.declaration); code != SQLITE_OK) return code;
    sqlite3_vtab_config(db, SQLITE_VTAB_INNOCUOUS);
    auto source = Connection::borrow(db, [&](Connection& here) { return SampleSource::prepare(here, shared); });
    if (!source) {
      *message = sqlite3_mprintf("%s", source.error().what.c_str());
      return SQLITE_ERROR;
    }
    auto relation = std::make_unique<Relation>();
    relation->db = db;
    relation->form = &form;
    relation->own_work = own_work;
    relation->source = std::move(*source);
    *made = relation.release();
    return SQLITE_OK;
  });
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<Relation*>(table);
  return SQLITE_OK;
}

int best_index(sqlite3_vtab* table, sqlite3_index_info* info) {
  return guarded([&] {
    choose_plan(*info, static_cast<const Relation*>(table)->form->columns);
    return SQLITE_OK;
  });
}

int open(sqlite3_vtab*, sqlite3_vtab_cursor** made) {
  return guarded([&] {
    *made = new Cursor{};
    return SQLITE_OK;
  });
}

int close(sqlite3_vtab_cursor* base) {
  delete static_cast<Cursor*>(base);
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
  return guarded([&] {
    auto& cursor = static_cast<Cursor&>(*base);
    const AtOwnWork working(cursor.relation().own_work);
    const auto more = cursor.advance();
    if (!more) return told(base->pVtab, more.error());
    cursor.at_end = !*more;
    return SQLITE_OK;
  });
}

int filter(sqlite3_vtab_cursor* base, int number, const char* text, int, sqlite3_value** arguments) {
  return guarded([&] {
    auto& cursor = static_cast<Cursor&>(*base);
    SampleSource& source = *cursor.relation().source;
    const AtOwnWork working(cursor.relation().own_work);
    cursor.single.reset();
    cursor.merged.reset();
    cursor.series.clear();
    cursor.current = 0;
    cursor.at_end = true;
    cursor.plan = read_plan(text, number, arguments);
    if (cursor.plan.nothing) return SQLITE_OK;
    if (auto done = source.enter(); !done) return told(base->pVtab, done.error());
    auto series = source.catalog().find(cursor.plan.series);
    if (!series) return told(base->pVtab, series.error());
    cursor.series = std::move(*series);
    if (cursor.plan.ordered && cursor.series.size() > 1)
      cursor.merged.emplace(source, cursor.series, cursor.plan.range, cursor.plan.direction);
    return next(base);
  });
}

int at_end(sqlite3_vtab_cursor* base) { return static_cast<Cursor*>(base)->at_end ? 1 : 0; }

// The same for a row however it is found: SQLite tells by it which rows both sides of an OR have given. Each time of a
// series has its own, and the ids of series are hashes.
int row_id(sqlite3_vtab_cursor* base, sqlite3_int64* row) {
  constexpr std::uint64_t kOdd = 0x9E3779B97F4A7C15;
  const auto& cursor = *static_cast<const Cursor*>(base);
  *row = static_cast<sqlite3_int64>(static_cast<std::uint64_t>(cursor.series[cursor.current].series_id) +
                                    static_cast<std::uint64_t>(cursor.sample.at) * kOdd);
  return SQLITE_OK;
}

void give_text(sqlite3_context* context, std::string_view text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

std::string all_tags(const std::string& fixed, std::string_view dynamic) {
  if (dynamic.empty()) return fixed;
  const auto base = tags_from_json(fixed), over = tags_from_json(dynamic);
  return to_json(merge(base.value_or(Tags()), over.value_or(Tags())));
}

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  return guarded([&] {
    const auto& cursor = static_cast<const Cursor&>(*base);
    const CatalogSeries& series = cursor.series[cursor.current];
    const codec::RawSample& sample = cursor.sample;
    switch (cursor.relation().form->columns[index]) {
      case ValueColumn::ts:
        sqlite3_result_int64(context, sample.at);
        break;
      case ValueColumn::series_id:
        sqlite3_result_int64(context, series.series_id);
        break;
      case ValueColumn::category:
        give_text(context, series.category);
        break;
      case ValueColumn::symbol:
        if (series.has_symbol) give_text(context, series.symbol);
        break;
      case ValueColumn::name:
        give_text(context, series.name);
        break;
      case ValueColumn::target:
        give_text(context, series.target);
        break;
      case ValueColumn::value:
        if (sample.present) sqlite3_result_double(context, sample.value);
        break;
      case ValueColumn::unit:
        give_text(context, series.unit);
        break;
      case ValueColumn::success:
        sqlite3_result_int(context, sample.success ? 1 : 0);
        break;
      case ValueColumn::duration_ms:
        if (sample.took != codec::kNoDuration)
          sqlite3_result_double(context, static_cast<double>(sample.took) / 1000.0);
        break;
      case ValueColumn::dynamic_tags:
        give_text(context, sample.tags.empty() ? "{}" : sample.tags);
        break;
      case ValueColumn::tags:
        give_text(context, all_tags(series.static_tags, sample.tags));
        break;
    }
    return SQLITE_OK;
  });
}

sqlite3_module make_module() {
  sqlite3_module module{};
  module.iVersion = 2;
  // Without xCreate the relation is there by its name and stands in no schema.
  module.xConnect = connect;
  module.xDisconnect = disconnect;
  module.xBestIndex = best_index;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = at_end;
  module.xColumn = column;
  module.xRowid = row_id;
  return module;
}

}  // namespace

Result<> add_value_relations(Connection& db, const SharedState& shared, OwnWork* own_work) {
  static const sqlite3_module kModule = make_module();
  for (const Form& form : kForms) {
    auto client = std::make_unique<Client>(form, shared, own_work);
    const auto forget = [](void* gone) { delete static_cast<Client*>(gone); };
    // SQLite calls `forget` when the registration fails, too.
    if (sqlite3_create_module_v2(db.handle(), form.name, &kModule, client.release(), forget) != SQLITE_OK)
      return std::unexpected(error_of(db.handle(), "the relations of values cannot be added"));
  }
  return {};
}

}  // namespace oculus::store::sqlite
