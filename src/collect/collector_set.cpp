#include "collect/collector_set.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <set>

#include "collect/collector_spec.hpp"
#include "model/nearest.hpp"
#include "store/store_writer.hpp"

namespace oculus::collect {
namespace {

std::string what(const std::string& type, const std::string& name) { return fmt::format("{} '{}'", type, name); }

const CollectorKind* known_kind(const std::string& type, const Place& place, config::Problems& problems) {
  if (const CollectorKind* kind = find_kind(type)) return kind;
  std::vector<std::string_view> types;
  for (const CollectorKind* kind : collector_kinds()) types.push_back(kind->type);
  const auto close = nearest(type, types);
  problems.add(Error{ErrorKind::invalid, fmt::format("there is no collector of type '{}'", type.substr(0, 60)),
                     close ? fmt::format("did you mean {}? The types are {}", *close, fmt::join(types, ", "))
                           : fmt::format("one of {}", fmt::join(types, ", ")),
                     place});
  return nullptr;
}

config::Node scalar(config::Node::Kind kind, std::string text) {
  config::Node node;
  node.kind = kind;
  node.text = node.raw = std::move(text);
  return node;
}

// What a row says in columns of its own does not stand in its `config` once more.
std::string settings_json(config::Node map) {
  constexpr std::array<std::string_view, 3> kColumns = {"name", "group", "enabled"};
  std::erase_if(map.map, [&](const auto& entry) { return std::ranges::find(kColumns, entry.first) != kColumns.end(); });
  return config::to_json(map);
}

void put(config::Node& map, const std::string& key, config::Node value) {
  std::erase_if(map.map, [&](const auto& entry) { return entry.first == key; });
  map.map.emplace_back(key, std::move(value));
}

Result<> as_result(const config::Problems& problems) {
  return problems.none() ? Result<>() : std::unexpected(problems.list().front());
}

bool same_settings(const store::CollectorRow& a, const store::CollectorRow& b) {
  return a.enabled == b.enabled && a.group == b.group && a.config == b.config;
}

}  // namespace

CollectorSet::CollectorSet(Registry& registry, store::StoreWriter& writer, Parts parts,
                           const config::Environment& api_environment)
    : registry_(registry), writer_(writer), parts_(parts), api_environment_(api_environment) {}

std::optional<CollectorSet::Built> CollectorSet::build(const std::string& type, const config::Node& node,
                                                       std::string source, const Parts& parts,
                                                       config::Problems& problems) {
  const CollectorKind* const kind = known_kind(type, node.place, problems);
  if (kind == nullptr) return std::nullopt;
  const auto spec = read_spec(type, node, problems);
  if (!spec) return std::nullopt;
  Built built;
  built.collector = kind->make(*spec, parts, problems);
  if (built.collector == nullptr) return std::nullopt;
  built.row = {.type = type,
               .name = spec->name,
               .source = std::move(source),
               .enabled = spec->enabled,
               .group = spec->group,
               .config = settings_json(node)};
  built.enrolment = {type, spec->name, spec->group, spec->schedule, spec->timeout, spec->retries, spec->retry_interval};
  for (const Series& series : built.collector->series())
    if (series.symbol) built.symbols.push_back(*series.symbol);
  return built;
}

std::optional<CollectorSet::Built> CollectorSet::build(const Wish& wish, const std::string& stored_config,
                                                       config::Problems& problems) const {
  if (known_kind(wish.type, {}, problems) == nullptr) return std::nullopt;
  config::Node node = config::parse(wish.config, config::Syntax::json, "config", &api_environment_, problems);
  if (!problems.none()) return std::nullopt;
  if (node.kind != config::Node::Kind::map) {
    problems.add(Error{ErrorKind::invalid,
                       "config is not an object",
                       "the keys of the collector, as in {\"host\": \"127.0.0.1\", \"port\": 6379}",
                       {}});
    return std::nullopt;
  }
  node = config::with_stored_secrets(std::move(node), stored_config, fields_of(wish.type), problems);
  if (!problems.none()) return std::nullopt;
  put(node, "name", scalar(config::Node::Kind::text, wish.name));
  put(node, "group", scalar(config::Node::Kind::text, wish.group));
  put(node, "enabled", scalar(config::Node::Kind::boolean, wish.enabled ? "true" : "false"));
  return build(wish.type, node, "api", parts_, problems);
}

void CollectorSet::check(const config::Config& config, config::Problems& problems) {
  for (const auto& [type, node] : config.defaults) (void)known_kind(type, node.key_place, problems);
  check(config.collectors, problems);
}

void CollectorSet::check(const std::vector<config::CollectorEntry>& wanted, config::Problems& problems) {
  std::map<Symbol, std::string> holders;
  for (const config::CollectorEntry& one : wanted) {
    const auto built = build(one.type, one.node, "config", {}, problems);
    if (!built) continue;
    for (const Symbol& symbol : built->symbols)
      if (const auto [holder, fresh] = holders.emplace(symbol, what(one.type, built->row.name)); !fresh) {
        problems.add(Error{ErrorKind::invalid,
                           fmt::format("{} and {} both end in the symbol {}", what(one.type, built->row.name),
                                       holder->second, symbol.text()),
                           "give one of them another name, or a `symbol:`", one.place});
        break;
      }
  }
}

void CollectorSet::load(std::vector<store::CollectorRow> stored) {
  const std::scoped_lock lock(mutex_);
  for (store::CollectorRow& row : stored) {
    const Key key{row.type, row.name};
    if (row.source == "api") {
      config::Problems problems;
      auto built = build(Wish{row.type, row.name, row.enabled, row.group, row.config}, row.config, problems);
      if (built) {
        run(std::move(*built));
        continue;
      }
      tell(Severity::error, EventKind::error,
           fmt::format("{} does not run: {}", what(row.type, row.name), problems.list().front().text()));
    }
    held_[key] = Held{std::move(row), {}, false};
  }
}

void CollectorSet::apply(const std::vector<config::CollectorEntry>& wanted, config::Problems& problems) {
  const std::scoped_lock lock(mutex_);
  check(wanted, problems);
  if (!problems.none()) return;
  std::map<Key, Built> fresh;
  for (const config::CollectorEntry& one : wanted) {
    auto built = build(one.type, one.node, "config", parts_, problems);
    if (!built) continue;
    const Key key{built->row.type, built->row.name};
    const auto owner = held_.find(key);
    if (owner != held_.end() && owner->second.row.source == "api") {
      problems.add(Error{
          ErrorKind::invalid,
          fmt::format("{} is claimed by this file and by a collector made over the API", what(key.first, key.second)),
          "rename one of the two, or delete the other over the API", one.place});
      continue;
    }
    for (const auto& [other, held] : held_)
      if (held.row.source == "api")
        for (const Symbol& symbol : built->symbols)
          if (std::find(held.symbols.begin(), held.symbols.end(), symbol) != held.symbols.end())
            problems.add(Error{ErrorKind::invalid,
                               fmt::format("{} and {} (made over the API) both end in the symbol {}",
                                           what(key.first, key.second), what(other.first, other.second), symbol.text()),
                               "give one of them another name, or a `symbol:`", one.place});
    fresh.emplace(key, std::move(*built));
  }
  if (!problems.none()) return;

  // What goes leaves first, so that its symbols are free for what comes.
  std::set<Key> unchanged;
  for (auto held = held_.begin(); held != held_.end();) {
    const auto& [key, old] = *held;
    if (old.row.source != "config") {
      ++held;
      continue;
    }
    const auto successor = fresh.find(key);
    const bool running = registry_.find(key.first, key.second).has_value();
    if (successor != fresh.end() && same_settings(successor->second.row, old.row) && running == old.row.enabled) {
      unchanged.insert(key);
      ++held;
      continue;
    }
    if (running)
      (void)registry_.stop(key.first, key.second,
                           successor == fresh.end() || successor->second.row.enabled ? Registry::Leaving::gone
                                                                                     : Registry::Leaving::paused);
    if (successor != fresh.end()) {
      ++held;
      continue;
    }
    writer_.send(store::DeleteCollector{key.first, key.second, [](const Result<>&) {}}, {});
    tell(Severity::info, EventKind::system,
         fmt::format("{} was removed from the configuration", what(key.first, key.second)));
    held = held_.erase(held);
  }
  for (auto& [key, built] : fresh) {
    if (unchanged.contains(key)) continue;
    const auto old = held_.find(key);
    const bool added = old == held_.end();
    if (added || !same_settings(built.row, old->second.row)) {
      tell(Severity::info, EventKind::system,
           fmt::format("{} was {} by the configuration", what(key.first, key.second), added ? "added" : "changed"));
      writer_.send(store::PutCollector{built.row, false, {}}, {});
    }
    run(std::move(built));
  }
}

void CollectorSet::create(const Wish& wish, config::Problems& problems, store::Answer done) {
  auto built = build(wish, "{}", problems);
  if (!built) return done(as_result(problems));
  const Key key{wish.type, wish.name};
  {
    const std::scoped_lock lock(mutex_);
    if (held_.contains(key))
      return done(failure(ErrorKind::conflict,
                          fmt::format("there is a collector {} already", what(wish.type, wish.name)),
                          "choose another name, or change it with PUT"));
    if (const auto free = symbols_free(key, built->symbols); !free) return done(free);
    held_[key] = Held{built->row, built->symbols, true};
  }
  store::PutCollector put{built->row, true, {}};
  put.answer = [this, key, done, ready = std::make_shared<Built>(std::move(*built))](
                   const Result<>& stored) {  // shared: std::function copies
    {
      const std::scoped_lock lock(mutex_);
      if (stored)
        run(std::move(*ready));
      else
        held_.erase(key);
    }
    done(stored);
  };
  if (auto taken = writer_.try_send(std::move(put)); !taken) {
    const std::scoped_lock lock(mutex_);
    held_.erase(key);
    done(taken);
  }
}

void CollectorSet::replace(const Wish& wish, config::Problems& problems, store::Answer done) {
  const Key key{wish.type, wish.name};
  std::string stored_config;
  {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(key);
    if (held == held_.end())
      return done(failure(ErrorKind::not_found, fmt::format("there is no collector {}", what(wish.type, wish.name))));
    if (held->second.row.source != "api")
      return done(failure(ErrorKind::forbidden,
                          fmt::format("{} belongs to the configuration file", what(wish.type, wish.name)),
                          "change it there"));
    stored_config = held->second.row.config;
  }
  auto built = build(wish, stored_config, problems);
  if (!built) return done(as_result(problems));
  {
    const std::scoped_lock lock(mutex_);
    if (const auto free = symbols_free(key, built->symbols); !free) return done(free);
  }
  store::PutCollector put{built->row, false, {}};
  put.answer = [this, key, done, ready = std::make_shared<Built>(std::move(*built))](const Result<>& stored) {
    if (stored) {
      const std::scoped_lock lock(mutex_);
      if (held_.contains(key)) {  // else it was deleted meanwhile
        (void)registry_.stop(key.first, key.second,
                             ready->row.enabled ? Registry::Leaving::gone : Registry::Leaving::paused);
        run(std::move(*ready));
      }
    }
    done(stored);
  };
  if (auto taken = writer_.try_send(std::move(put)); !taken) done(taken);
}

void CollectorSet::remove(const std::string& type, const std::string& name, store::Answer done) {
  const Key key{type, name};
  {
    const std::scoped_lock lock(mutex_);
    const auto held = held_.find(key);
    if (held == held_.end())
      return done(failure(ErrorKind::not_found, fmt::format("there is no collector {}", what(type, name))));
    if (held->second.row.source != "api")
      return done(failure(ErrorKind::forbidden, fmt::format("{} belongs to the configuration file", what(type, name)),
                          "remove it there"));
  }
  store::DeleteCollector wish{type, name, {}};
  wish.answer = [this, key, done](const Result<>& gone) {
    if (gone) {
      const std::scoped_lock lock(mutex_);
      (void)registry_.stop(key.first, key.second, Registry::Leaving::gone);
      held_.erase(key);
    }
    done(gone);
  };
  if (auto taken = writer_.try_send(std::move(wish)); !taken) done(taken);
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

Result<> CollectorSet::symbols_free(const Key& key, const std::vector<Symbol>& symbols) const {
  for (const auto& [other, held] : held_) {
    if (other == key) continue;
    for (const Symbol& symbol : symbols)
      if (std::find(held.symbols.begin(), held.symbols.end(), symbol) != held.symbols.end())
        return failure(ErrorKind::conflict,
                       fmt::format("{} and {} both end in the symbol {}", what(key.first, key.second),
                                   what(other.first, other.second), symbol.text()),
                       "choose another name, or give a `symbol`");
  }
  return {};
}

void CollectorSet::run(Built built) {
  const Key key{built.row.type, built.row.name};
  held_[key] = Held{built.row, std::move(built.symbols), false};
  if (!built.row.enabled) return;
  if (const auto started = registry_.start(std::move(built.enrolment), std::move(built.collector)); !started)
    tell(Severity::error, EventKind::error,
         fmt::format("{} does not run: {}", what(key.first, key.second), started.error().text()));
}

void CollectorSet::tell(Severity severity, EventKind kind, std::string message) {
  Event event;
  event.severity = severity;
  event.kind = kind;
  event.message = std::move(message);
  writer_.send(store::InsertEvent{std::move(event)}, {});
}

}  // namespace oculus::collect
