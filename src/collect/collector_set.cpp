#include "collect/collector_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "config/collector_entries.hpp"
#include "store/store_writer.hpp"

namespace oculus::collect {
namespace {

std::string what(const std::pair<std::string, std::string>& key) {
  return fmt::format("{} '{}'", key.first, key.second);
}

config::Node scalar(config::Node::Kind kind, std::string text) {
  config::Node node;
  node.kind = kind;
  node.text = node.raw = std::move(text);
  return node;
}

void put(config::Node& map, const std::string& key, config::Node value) {
  std::erase_if(map.map, [&](const auto& entry) { return entry.key == key; });
  map.map.emplace_back(key, std::move(value));
}

// The columns of a row, put back among the keys as a file has them.
void put_columns(config::Node& map, const std::string& name, const std::string& group, bool enabled) {
  put(map, "name", scalar(config::Node::Kind::text, name));
  put(map, "group", scalar(config::Node::Kind::text, group));
  put(map, "enabled", scalar(config::Node::Kind::boolean, enabled ? "true" : "false"));
}

/// Mistakes in what no collector has taken yet. One that a collector meets too has the same place, and is told once.
void check_defaults(const std::string& type, const config::Node& node, config::Problems& problems) {
  const auto all = fields_of(type);
  std::vector<config::Field> fields(all.begin(), all.end());
  for (config::Field& field : fields) field.required = false;
  (void)config::Settings::read(node, fields, fmt::format("defaults of {}", type), problems);
}

Result<> as_result(const config::Problems& problems) {
  return problems.none() ? Result<>() : std::unexpected(problems.list().front());
}

bool same_settings(const store::CollectorRow& a, const store::CollectorRow& b) {
  return a.enabled == b.enabled && a.group == b.group && a.config == b.config;
}

bool declares(const Candidate& candidate, const Series& series) {
  return std::ranges::any_of(candidate.collector->series(),
                             [&](const Series& one) { return one.identity() == series.identity(); });
}

// What a stored row measured before this start. A variable in its target is no longer known: then it names nothing.
std::vector<Series> series_of(const store::CollectorRow& row) {
  config::Problems ignored;
  config::Node node = config::parse(row.config, config::Syntax::json, "config", nullptr, ignored);
  put_columns(node, row.name, row.group, row.enabled);
  const auto made = make_candidate(row.type, node, row.source, {}, ignored);
  return made ? made->collector->series() : std::vector<Series>();
}

Error clash(const std::string& one, const std::string& other, const Symbol& symbol, Place place = {}) {
  return {place.file.empty() ? ErrorKind::conflict : ErrorKind::invalid,
          fmt::format("{} and {} both end in the symbol {}", one, other, symbol.text()),
          "give one of them another name, or a `symbol:`", std::move(place)};
}

// A refusal is an answer too.
template <class Command>
void ask(store::StoreWriter& writer, Command command) {
  const store::Answer answer = command.answer;
  if (const auto taken = writer.try_send(std::move(command)); !taken) answer(taken);
}

}  // namespace

CollectorSet::CollectorSet(Registry& registry, store::StoreWriter& writer, Parts parts,
                           const config::Environment& api_environment)
    : registry_(registry), writer_(writer), parts_(parts), api_environment_(api_environment) {}

void CollectorSet::check(const config::Config& config, config::Problems& problems) {
  for (const auto& [type, node] : config.defaults)
    if (known_kind(type, node.key_place, problems) != nullptr) check_defaults(type, node, problems);
  (void)candidates(config.collectors, {}, problems);
}

CollectorSet::Candidates CollectorSet::candidates(const std::vector<config::CollectorEntry>& wanted, const Parts& parts,
                                                  config::Problems& problems) {
  Candidates all;
  std::map<Symbol, Key> holders;
  for (const config::CollectorEntry& one : wanted) {
    if (known_kind(one.type, one.type_place, problems) == nullptr) continue;
    auto made = make_candidate(one.type, one.node, "config", parts, problems);
    if (!made) continue;
    const Key key{made->row.type, made->row.name};
    for (const Series& series : made->collector->series()) {
      const auto [holder, is_free] = holders.emplace(*series.symbol, key);
      if (is_free) continue;
      problems.add(clash(what(key), what(holder->second), *series.symbol, one.place));
      break;  // the other symbols of the two would say the same
    }
    all.emplace(key, std::move(*made));
  }
  return all;
}

std::optional<Candidate> CollectorSet::candidate(const Wish& wish, const std::string& stored_config,
                                                 config::Problems& problems) const {
  if (known_kind(wish.type, {}, problems) == nullptr) return std::nullopt;
  if (std::string fault = config::fault_of_name(scalar(config::Node::Kind::text, wish.name)); !fault.empty()) {
    problems.add({ErrorKind::invalid, std::move(fault), "1 to 200 characters without control characters", {"name"}});
    return std::nullopt;
  }
  config::Node node = config::parse(wish.config, config::Syntax::json, "config", &api_environment_, problems);
  if (!problems.none()) return std::nullopt;
  if (node.kind != config::Node::Kind::map) {
    problems.add({ErrorKind::invalid,
                  "config is not an object",
                  "the keys of the collector, as in {\"host\": \"127.0.0.1\", \"port\": 6379}",
                  {}});
    return std::nullopt;
  }
  node = config::with_stored_secrets(std::move(node), stored_config, fields_of(wish.type), problems);
  if (!problems.none()) return std::nullopt;
  put_columns(node, wish.name, wish.group, wish.enabled);
  return make_candidate(wish.type, node, "api", parts_, problems);
}

void CollectorSet::load(std::vector<store::CollectorRow> stored) {
  const std::scoped_lock lock(mutex_);
  for (store::CollectorRow& row : stored) {
    const Key key{row.type, row.name};
    if (row.source == "api") {
      config::Problems problems;
      auto made = candidate({row.type, row.name, row.enabled, row.group, row.config}, row.config, problems);
      if (made) {
        run(std::move(*made));
        continue;
      }
      tell(Severity::error, EventKind::error,
           fmt::format("{} does not run: {}", what(key), problems.list().front().text()));
    }
    held_[key] = Held{.row = std::move(row)};
  }
}

void CollectorSet::apply(const std::vector<config::CollectorEntry>& wanted, config::Problems& problems) {
  const std::scoped_lock lock(mutex_);
  Candidates fresh = candidates(wanted, parts_, problems);
  if (problems.none()) refuse_clashes(wanted, fresh, problems);
  if (!problems.none()) return;

  drop_all_but(fresh);  // first, so that their symbols are free for what comes
  for (auto& [key, made] : fresh) {
    const auto old = held_.find(key);
    if (const bool added = old == held_.end(); added || !same_settings(made.row, old->second.row)) {
      tell(Severity::info, EventKind::system,
           fmt::format("{} was {} by the configuration", what(key), added ? "added" : "changed"));
      writer_.send(store::PutCollector{made.row, false, {}}, {});
    }
    run(std::move(made));
  }
}

void CollectorSet::refuse_clashes(const std::vector<config::CollectorEntry>& wanted, const Candidates& fresh,
                                  config::Problems& problems) const {
  const auto of_api = [&](const Key& key) {
    const auto held = held_.find(key);
    return held != held_.end() && held->second.row.source == "api";
  };
  for (const config::CollectorEntry& one : wanted) {
    const Key key{one.type, one.name()};
    if (of_api(key)) {
      problems.add({ErrorKind::invalid,
                    fmt::format("{} is claimed by this file and by a collector made over the API", what(key)),
                    "rename one of the two, or delete the other over the API", one.place});
      continue;
    }
    for (const Series& series : fresh.at(key).collector->series()) {
      const auto holder = claims_.find(*series.symbol);
      if (holder == claims_.end() || !of_api(holder->second)) continue;
      problems.add(clash(what(key), what(holder->second) + " (made over the API)", *series.symbol, one.place));
      break;
    }
  }
}

// Ends those of files that are gone or have changed; of `fresh` only what has to be run stays.
void CollectorSet::drop_all_but(Candidates& fresh) {
  for (auto at = held_.begin(); at != held_.end();) {
    auto& [key, old] = *at;
    if (old.row.source != "config") {
      ++at;
      continue;
    }
    const auto successor = fresh.find(key);
    const bool stays = successor != fresh.end();
    const bool runs_as_asked = old.series && registry_.find(key.first, key.second).has_value() == old.row.enabled;
    if (stays && runs_as_asked && same_settings(successor->second.row, old.row)) {
      fresh.erase(successor);
      ++at;
      continue;
    }
    leave(key, old, stays ? &successor->second : nullptr);
    if (stays) {
      ++at;
      continue;
    }
    writer_.send(store::DeleteCollector{key.first, key.second, {}}, {});
    tell(Severity::info, EventKind::system, fmt::format("{} was removed from the configuration", what(key)));
    at = held_.erase(at);
  }
}

// Ends it and retires what its successor (null: it has none) does not measure, whether it has run since the start or
// not.
void CollectorSet::leave(const Key& key, Held& old, const Candidate* successor) {
  (void)registry_.stop(key.first, key.second, Registry::Leaving::paused);  // unless it does not run
  if (old.series) release(key, *old.series);
  if (successor != nullptr && same_settings(successor->row, old.row)) return;
  if (!old.series) old.series = series_of(old.row);
  for (const Series& series : *old.series)
    if (successor == nullptr || !declares(*successor, series)) writer_.send(store::RetireSeries{series.id()}, {});
}

void CollectorSet::run(Candidate ready) {
  const Key key{ready.row.type, ready.row.name};
  Held& held = held_[key] = Held{.row = ready.row, .series = ready.collector->series()};
  auto outcome = claim(key, *held.series);
  if (outcome && ready.row.enabled) outcome = registry_.start(std::move(ready.enrolment), std::move(ready.collector));
  if (!outcome)
    tell(Severity::error, EventKind::error, fmt::format("{} does not run: {}", what(key), outcome.error().text()));
}

Result<> CollectorSet::claim(const Key& key, const std::vector<Series>& series) {
  for (const Series& one : series)
    if (const auto holder = claims_.find(*one.symbol); holder != claims_.end() && holder->second != key)
      return std::unexpected(clash(what(key), what(holder->second), *one.symbol));
  for (const Series& one : series) claims_.emplace(*one.symbol, key);
  return {};
}

void CollectorSet::release(const Key& key, const std::vector<Series>& series) {
  for (const Series& one : series)
    if (const auto holder = claims_.find(*one.symbol); holder != claims_.end() && holder->second == key)
      claims_.erase(holder);
}

// From here on nobody else changes it, until end_change().
Result<std::string> CollectorSet::begin_change(const Key& key, std::string_view instead) {
  const std::scoped_lock lock(mutex_);
  const auto held = held_.find(key);
  if (held == held_.end()) return failure(ErrorKind::not_found, fmt::format("there is no collector {}", what(key)));
  if (held->second.row.source != "api")
    return failure(ErrorKind::forbidden, fmt::format("{} belongs to the configuration file", what(key)), instead);
  if (held->second.changing)
    return failure(ErrorKind::conflict, fmt::format("{} is being changed already", what(key)), "try again in a moment");
  held->second.changing = true;
  return held->second.row.config;
}

Result<> CollectorSet::begin_creation(const Candidate& wanted) {
  const Key key{wanted.row.type, wanted.row.name};
  const std::scoped_lock lock(mutex_);
  if (held_.contains(key))
    return failure(ErrorKind::conflict, fmt::format("there is a collector {} already", what(key)),
                   "choose another name, or change it with PUT");
  if (auto claimed = claim(key, wanted.collector->series()); !claimed) return claimed;
  held_[key] = Held{.row = wanted.row, .changing = true, .stored = false};
  return {};
}

// `ready` (null: nothing came of it) is in effect when it is stored.
void CollectorSet::end_change(const Key& key, Candidate* ready, const Result<>& stored) {
  const std::scoped_lock lock(mutex_);
  const auto held = held_.find(key);
  if (ready != nullptr && stored) {
    leave(key, held->second, ready);
    return run(std::move(*ready));
  }
  if (ready != nullptr) release(key, ready->collector->series());
  if (!held->second.stored) {
    held_.erase(held);
    return;
  }
  held->second.changing = false;
  if (held->second.series) (void)claim(key, *held->second.series);
}

void CollectorSet::create(const Wish& wish, config::Problems& problems, store::Answer done) {
  auto made = candidate(wish, "{}", problems);
  if (!made) return done(as_result(problems));
  if (const auto begun = begin_creation(*made); !begun) return done(begun);
  send(std::move(*made), {.row = {}, .must_be_new = true}, std::move(done));
}

void CollectorSet::replace(const Wish& wish, config::Problems& problems, store::Answer done) {
  const Key key{wish.type, wish.name};
  const auto stored_config = begin_change(key, "change it there");
  if (!stored_config) return done(std::unexpected(stored_config.error()));
  auto made = candidate(wish, *stored_config, problems);
  auto fits = as_result(problems);
  if (made) {
    const std::scoped_lock lock(mutex_);
    fits = claim(key, made->collector->series());
  }
  if (!fits) {
    end_change(key, nullptr, fits);
    return done(fits);
  }
  send(std::move(*made), {.row = {}, .must_exist = true}, std::move(done));
}

void CollectorSet::send(Candidate made, store::PutCollector put, store::Answer done) {
  put.row = made.row;
  put.answer = [this, done = std::move(done), ready = std::make_shared<Candidate>(std::move(made))](
                   const Result<>& stored) {  // shared: std::function copies
    end_change({ready->row.type, ready->row.name}, ready.get(), stored);
    done(stored);
  };
  ask(writer_, std::move(put));
}

void CollectorSet::remove(const std::string& type, const std::string& name, store::Answer done) {
  const Key key{type, name};
  if (const auto begun = begin_change(key, "remove it there"); !begun) return done(std::unexpected(begun.error()));
  store::DeleteCollector wish{type, name, {}};
  wish.answer = [this, key, done = std::move(done)](const Result<>& gone) {
    if (gone) {
      const std::scoped_lock lock(mutex_);
      leave(key, held_.at(key), nullptr);
      held_.erase(key);
    } else {
      end_change(key, nullptr, gone);
    }
    done(gone);
  };
  ask(writer_, std::move(wish));
}

std::vector<CollectorView> CollectorSet::list() const {
  std::map<Key, RunStatus> running;
  for (RunStatus& status : registry_.list()) running.emplace(Key{status.type, status.name}, std::move(status));
  const std::scoped_lock lock(mutex_);
  std::vector<CollectorView> all;
  for (const auto& [key, held] : held_) {
    store::CollectorRow row = held.row;
    row.config = "{}";
    const auto status = running.find(key);
    all.push_back({std::move(row), status == running.end() ? std::nullopt : std::optional(std::move(status->second))});
  }
  return all;
}

CollectorView CollectorSet::view(store::CollectorRow row) const {
  auto status = registry_.find(row.type, row.name);
  config::Problems unreadable;  // what does not read is not shown: it could hold a secret
  const config::Node node = config::parse(row.config, config::Syntax::json, "config", nullptr, unreadable);
  const auto fields = fields_of(row.type);
  row.config = unreadable.none() && !fields.empty() ? config::to_json_masked(node, fields) : "{}";
  return {std::move(row), std::move(status)};
}

void CollectorSet::tell(Severity severity, EventKind kind, std::string message) {
  Event event;
  event.severity = severity;
  event.kind = kind;
  event.message = std::move(message);
  writer_.send(store::InsertEvent{std::move(event)}, {});
}

}  // namespace oculus::collect
