// All collectors that there are, from files and from the API: keeps rows, specs and the registry in step. Any thread;
// what is asked of it is answered by the writer, so it must outlive the writer.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collect/candidate.hpp"
#include "collect/kinds.hpp"
#include "collect/registry.hpp"
#include "config/config.hpp"
#include "store/command.hpp"

namespace oculus::store {
class StoreWriter;
}

namespace oculus::collect {

/// A collector as the API shows it.
struct CollectorView {
  store::CollectorRow row;          // `config` with secrets as ***
  std::optional<RunStatus> status;  // empty: it does not run
};

class CollectorSet {
 public:
  /// `api_environment` is what `${}` means in collectors that come over the API.
  CollectorSet(Registry& registry, store::StoreWriter& writer, Parts parts, const config::Environment& api_environment);

  /// Checks the collectors of files without starting anything: kinds, keys, symbols, and that `defaults` are for kinds
  /// that exist.
  static void check(const config::Config& config, config::Problems& problems);

  /// At start, before apply(): the rows that the database holds. Those of source `api` are started; one that no longer
  /// reads is an error event, and stays as it is.
  void load(std::vector<store::CollectorRow> stored);

  /// At start and reload: makes the collectors of source `config` those of `wanted`, as one difference. Nothing changes
  /// when there are problems (also: a type and name, or a symbol, that one of the API has).
  void apply(const std::vector<config::CollectorEntry>& wanted, config::Problems& problems);

  /// What the API asks for. `done` is called once: from the writer thread when it is committed and in effect, or at
  /// once with the reason why not: Conflict (exists, symbol taken, another change of it is under way), Forbidden (a
  /// file owns it), NotFound, Invalid (the first mistake; all are in `problems`).
  struct Wish {
    std::string type, name;
    bool enabled = true;
    std::string group = "default";
    std::string config = "{}";  // a JSON object; *** keeps the stored secret in a replace
  };
  void create(const Wish& wish, config::Problems& problems, store::Answer done);
  void replace(const Wish& wish, config::Problems& problems, store::Answer done);
  void remove(const std::string& type, const std::string& name, store::Answer done);

  /// All, by type and name, without their settings (`config` is `{}`): what runs, what does not.
  [[nodiscard]] std::vector<CollectorView> list() const;
  /// A stored row as the API shows it.
  [[nodiscard]] CollectorView view(store::CollectorRow row) const;

 private:
  using Key = std::pair<std::string, std::string>;
  using Candidates = std::map<Key, Candidate>;
  struct Held {
    store::CollectorRow row;
    std::optional<std::vector<Series>> series = {};  // empty: of a row that has not been built since the start
    bool changing = false;                           // what the API wants of it is on the way to the disk
    bool stored = true;                              // false: so is the row itself
  };

  static Candidates candidates(const std::vector<config::CollectorEntry>& wanted, const Parts& parts,
                               config::Problems& problems);
  std::optional<Candidate> candidate(const Wish& wish, const std::string& stored_config,
                                     config::Problems& problems) const;
  Result<std::string> begin_change(const Key& key, std::string_view instead);  // gives the stored config
  Result<> begin_creation(const Candidate& wanted);
  void end_change(const Key& key, Candidate* ready, const Result<>& stored);
  void send(Candidate made, store::PutCollector put, store::Answer done);
  void tell(Severity severity, EventKind kind, std::string message);

  // With the lock held.
  void refuse_clashes(const std::vector<config::CollectorEntry>& wanted, const Candidates& fresh,
                      config::Problems& problems) const;
  void drop_all_but(Candidates& fresh);
  void leave(const Key& key, Held& old, const Candidate* successor);
  void run(Candidate ready);
  [[nodiscard]] Result<> claim(const Key& key, const std::vector<Series>& series);
  void release(const Key& key, const std::vector<Series>& series);

  Registry& registry_;
  store::StoreWriter& writer_;
  const Parts parts_;
  const config::Environment& api_environment_;
  mutable std::mutex mutex_;
  std::map<Key, Held> held_;
  std::map<Symbol, Key> claims_;  // of all that is held, and of changes under way
};

}  // namespace oculus::collect
