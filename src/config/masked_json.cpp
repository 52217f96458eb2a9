// Secrets on their way out (as ***) and back in.
#include <fmt/format.h>

#include "config/json_text.hpp"
#include "config/settings.hpp"

namespace oculus::config {
namespace {

/// Hides every scalar below, whatever its shape: a secret written in the wrong shape is still one.
void mask(Node& node) {
  for (Node& item : node.items) mask(item);
  for (auto& [key, item] : node.map) mask(item);
  if (!node.is_scalar() || (node.raw.empty() && node.text.empty())) return;
  node.kind = Node::Kind::text;
  node.raw = node.text = kMasked;
}

void mask_fields(Node& node, std::span<const Field> fields) {
  for (auto& [key, value] : node.map) {
    const Field* field = find_field(fields, key);
    if (field == nullptr) continue;
    if (is_secret(*field)) {
      mask(value);
    } else if (!field->fields.empty()) {
      mask_fields(value, field->fields);
    }
  }
}

class Restore {
 public:
  explicit Restore(Problems& problems) : problems_(problems) {}

  void fields(Node& fresh, const Node* stored, std::span<const Field> fields) {
    for (auto& [key, value] : fresh.map) {
      const Field* field = find_field(fields, key);
      const Node* old = stored != nullptr ? stored->find(key) : nullptr;
      if (field == nullptr) continue;
      if (is_secret(*field)) {
        secret(value, old, key);
      } else if (!field->fields.empty()) {
        this->fields(value, old, field->fields);
      }
    }
  }

 private:
  void secret(Node& fresh, const Node* stored, const std::string& key) {
    for (std::size_t i = 0; i < fresh.items.size(); ++i)
      secret(fresh.items[i], stored != nullptr && i < stored->items.size() ? &stored->items[i] : nullptr, key);
    for (auto& [inner, value] : fresh.map) secret(value, stored != nullptr ? stored->find(inner) : nullptr, inner);
    if (!fresh.is_scalar() || fresh.raw != kMasked) return;
    if (stored == nullptr || !stored->is_scalar()) {
      problems_.add({ErrorKind::invalid,
                     fmt::format("{} is '{}', and no secret is stored under that key", in_quotes(key), kMasked),
                     "the secret itself", fresh.place});
      return;
    }
    const Place key_place = fresh.key_place;
    const Place place = fresh.place;
    fresh = *stored;
    fresh.key_place = key_place;
    fresh.place = place;
  }

  Problems& problems_;
};

}  // namespace

std::string to_json_masked(const Node& node, std::span<const Field> fields) {
  Node masked = node;
  mask_fields(masked, fields);
  return to_json(masked);
}

Node with_stored_secrets(Node fresh, std::string_view stored, std::span<const Field> fields, Problems& problems) {
  Problems ours;  // what is stored was checked when it came; a row that cannot be read counts as empty
  const Node old = parse(stored, Syntax::json, "stored", nullptr, ours);
  Restore(problems).fields(fresh, &old, fields);
  return fresh;
}

}  // namespace oculus::config
