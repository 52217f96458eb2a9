// From the keys `collectors` and `defaults` to one entry for each collector. Plain values; any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/node.hpp"

namespace oculus::config {

/// One collector as written: defaults of its type under its own keys, `targets` filled in, no `type` and no `targets`
/// left. Its name is known to be right; its other keys are for its kind to check.
struct CollectorEntry {
  std::string type;
  Node node;
  Place place;
  Place type_place = {};  // where its type is written

  [[nodiscard]] const std::string& name() const { return node.find("name")->text; }
};

/// Collects the entries of one configuration, from its file and the included ones.
class CollectorEntries {
 public:
  using Defaults = std::vector<std::pair<std::string, Node>>;
  CollectorEntries(const Defaults& defaults, Problems& problems) : defaults_(defaults), problems_(problems) {}

  /// Takes what stands under `collectors`: maps of lists by type, or a list whose entries carry `type`.
  void add(const Node& collectors);
  /// What was right. A (type, name) that stands twice is a problem that names both places.
  std::vector<CollectorEntry> take();

 private:
  struct Type {
    std::string name;
    Place place;
  };
  void add_entry(const Node& written, Type type);
  void add_targets(const Type& type, Node entry);
  void add_checked(const Type& type, Node entry, Place place);
  void problem(std::string what, std::string expected, Place at);

  const Defaults& defaults_;
  Problems& problems_;
  std::vector<CollectorEntry> entries_;
  std::size_t nodes_ = 0;  // of all entries: targets multiply
};

/// Reads the key `defaults`: maps by type, without the keys that belong to one collector alone.
CollectorEntries::Defaults read_defaults(const Node* node, Problems& problems);

/// Empty when a name is right: 1 to 200 characters, no control characters.
std::string fault_of_name(const Node& name);

}  // namespace oculus::config
