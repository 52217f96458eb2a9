// What is known of the collectors that run, and who holds which name and symbol. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collect/collector.hpp"
#include "collect/registry.hpp"

namespace oculus::collect {

/// `http 'api-health'`, as messages call a collector.
std::string in_words(std::string_view type, std::string_view name);

class Ledger {
 public:
  /// One collector's, from its entry on; it outlives its strike, so that who still writes into it harms nobody. What
  /// is in it is read and written under the ledger's lock.
  using Page = std::shared_ptr<RunStatus>;

  /// Conflict when type and name are taken, or one of the symbols is, or one of the series.
  Result<Page> enter(const Enrolment& enrolment, const std::vector<Series>& series);
  /// Frees name and symbols and gives its series; empty when there is no such collector.
  std::optional<std::vector<Series>> strike(const std::string& type, const std::string& name);
  void strike_all();

  void began(const Page& page);
  void ended(const Page& page);  // a round without a verdict
  void next_slot(const Page& page, TimePoint at);
  void missed(const Page& page, std::uint64_t slots);

  /// What a verdict changes: whether it fails now, since when it did before, and whether the fault was ours then.
  struct Change {
    bool fails = false;
    std::optional<TimePoint> failed_since;
    bool was_ours = false;
  };
  Change verdict(const Page& page, const Round& round, TimePoint at);

  [[nodiscard]] bool knows(const std::string& type, const std::string& name) const;
  [[nodiscard]] std::vector<RunStatus> list() const;
  [[nodiscard]] std::optional<RunStatus> find(const std::string& type, const std::string& name) const;
  [[nodiscard]] std::vector<Registry::Totals> totals() const;

 private:
  using Key = std::pair<std::string, std::string>;
  [[nodiscard]] Result<> free(const Enrolment& enrolment, const std::vector<Series>& series) const;

  mutable std::mutex mutex_;
  std::map<Key, Page> pages_;
  std::map<Symbol, std::string> symbols_;  // with who holds them
  std::map<SeriesId, std::string> series_;
  std::map<std::string, Registry::Totals> totals_;
};

}  // namespace oculus::collect
