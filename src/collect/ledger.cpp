#include "collect/ledger.hpp"

#include <fmt/format.h>

#include <set>

#include "collect/round_record.hpp"

namespace oculus::collect {

std::string in_words(std::string_view type, std::string_view name) { return fmt::format("{} '{}'", type, name); }

Result<> Ledger::free(const Enrolment& enrolment, const std::vector<Series>& series) const {
  const std::string what = in_words(enrolment.type, enrolment.name);
  if (series.empty()) return invalid(fmt::format("{} declares no series", what), "one at least");
  if (pages_.contains({enrolment.type, enrolment.name}))
    return failure(ErrorKind::conflict, fmt::format("{} is running already", what), "choose another name");
  std::set<Symbol> own_symbols;
  std::set<SeriesId> own;
  for (const Series& one : series) {
    const auto refuse = [&](std::string_view other, std::string_view how, std::string_view which) {
      return failure(ErrorKind::conflict, fmt::format("{} and {} both {} {}", what, other, how, which),
                     "give one of them another name, or a `symbol:`");
    };
    if (const auto holder = one.symbol ? symbols_.find(*one.symbol) : symbols_.end(); holder != symbols_.end())
      return refuse(holder->second, "end in the symbol", one.symbol->text());
    if (const auto holder = series_.find(one.id()); holder != series_.end())
      return refuse(holder->second, "measure the series", one.identity());
    if (!own.insert(one.id()).second || (one.symbol && !own_symbols.insert(*one.symbol).second))
      return failure(ErrorKind::conflict, fmt::format("{} declares the series {} twice", what, one.identity()),
                     "a static tag `field` and a symbol for each");
  }
  return {};
}

Result<Ledger::Page> Ledger::enter(const Enrolment& enrolment, const std::vector<Series>& series) {
  const std::scoped_lock lock(mutex_);
  if (auto refusal = free(enrolment, series); !refusal) return std::unexpected(refusal.error());
  const auto page = std::make_shared<RunStatus>();
  page->type = enrolment.type;
  page->name = enrolment.name;
  page->group = enrolment.group;
  page->category = series.front().category;
  page->schedule = enrolment.schedule.text();
  page->series = series;
  pages_.emplace(Key{enrolment.type, enrolment.name}, page);
  for (const Series& one : series) {
    series_.emplace(one.id(), in_words(enrolment.type, enrolment.name));
    if (one.symbol) symbols_.emplace(*one.symbol, in_words(enrolment.type, enrolment.name));
  }
  totals_[enrolment.type].type = enrolment.type;
  return page;
}

std::optional<std::vector<Series>> Ledger::strike(const std::string& type, const std::string& name) {
  const std::scoped_lock lock(mutex_);
  const auto found = pages_.find({type, name});
  if (found == pages_.end()) return std::nullopt;
  std::vector<Series> series = found->second->series;
  for (const Series& one : series) {
    series_.erase(one.id());
    if (one.symbol) symbols_.erase(*one.symbol);
  }
  pages_.erase(found);
  return series;
}

void Ledger::strike_all() {
  const std::scoped_lock lock(mutex_);
  pages_.clear();
  symbols_.clear();
  series_.clear();
}

void Ledger::began(const Page& page) {
  const std::scoped_lock lock(mutex_);
  page->running = true;
}

void Ledger::ended(const Page& page) {
  const std::scoped_lock lock(mutex_);
  page->running = false;
}

void Ledger::next_slot(const Page& page, TimePoint at) {
  const std::scoped_lock lock(mutex_);
  page->next_run = at;
}

void Ledger::missed(const Page& page, std::uint64_t slots) {
  const std::scoped_lock lock(mutex_);
  page->missed_slots += slots;
  totals_[page->type].missed_slots += slots;
}

Ledger::Change Ledger::verdict(const Page& page, const Round& round, TimePoint at) {
  const std::scoped_lock lock(mutex_);
  Registry::Totals& sum = totals_[page->type];
  const Change change{.fails = !round.success, .failed_since = page->failing_since, .was_ours = is_ours(page->reason)};
  ++page->runs;
  page->last_run = at;
  page->last_success = round.success;
  page->took = round.took;
  page->reason = round.success ? std::string() : round.reason;
  page->detail = round.success ? std::string() : round.detail;
  if (round.success) {
    ++sum.successes;
    page->failing_since.reset();
    return change;
  }
  ++sum.failures;
  ++page->failures;
  if (!page->failing_since) page->failing_since = at;
  page->last_failure = at;
  page->last_failing_answer = round.evidence;
  return change;
}

std::vector<RunStatus> Ledger::list() const {
  const std::scoped_lock lock(mutex_);
  std::vector<RunStatus> all;
  all.reserve(pages_.size());
  for (const auto& [key, page] : pages_) all.push_back(*page);
  return all;
}

std::optional<RunStatus> Ledger::find(const std::string& type, const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  const auto found = pages_.find({type, name});
  return found == pages_.end() ? std::nullopt : std::optional(*found->second);
}

bool Ledger::knows(const std::string& type, const std::string& name) const {
  const std::scoped_lock lock(mutex_);
  return pages_.contains({type, name});
}

std::vector<Registry::Totals> Ledger::totals() const {
  const std::scoped_lock lock(mutex_);
  std::vector<Registry::Totals> all;
  for (const auto& [type, sum] : totals_) all.push_back(sum);
  return all;
}

}  // namespace oculus::collect
