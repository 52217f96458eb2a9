#include "web/page/templates.hpp"

#include <cassert>
#include <kainjow/mustache.hpp>
#include <stdexcept>

#include "web/page/embedded_assets.hpp"

namespace oculus::web {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view kFolder = "templates/";
constexpr std::string_view kEnding = ".mustache";

mustache::data data_of(const View& view) {
  mustache::data data(mustache::data::type::object);
  for (const View::Entry& entry : view.entries()) {
    const std::string name(entry.name);
    if (const auto* text = std::get_if<std::string>(&entry.value)) {
      data[name] = mustache::data(*text);
    } else if (const auto* holds = std::get_if<bool>(&entry.value)) {
      data[name] = mustache::data(*holds);
    } else {
      mustache::data list(mustache::data::type::list);
      for (const View& one : std::get<View::List>(entry.value)) list.push_back(data_of(one));
      data[name] = std::move(list);
    }
  }
  return data;
}

// Indentation serves those who read the template; in the answer it is only bytes.
std::string without_indentation(std::string_view text) {
  std::string result;
  bool at_begin = true;
  for (const char c : text) {
    if (at_begin && c == ' ') continue;
    result += c;
    at_begin = c == '\n';
  }
  return result;
}

}  // namespace

Templates::Templates() {
  for (const EmbeddedAsset& asset : embedded_assets()) {
    std::string_view name = asset.path;
    if (!name.starts_with(kFolder) || !name.ends_with(kEnding)) continue;
    name.remove_prefix(kFolder.size());
    name.remove_suffix(kEnding.size());
    std::string text = without_indentation(asset.bytes);
    const mustache::mustache parsed(text);
    if (!parsed.is_valid())
      throw std::logic_error("BUG: template " + std::string(name) + ": " + parsed.error_message());
    texts_.emplace(name, std::move(text));
  }
}

std::string Templates::render(std::string_view name, const View& view) const { return render_all(name, {&view, 1}); }

std::string Templates::render_each(std::string_view name, const View::List& views) const {
  return render_all(name, views);
}

std::string Templates::render_all(std::string_view name, std::span<const View> views) const {
  const auto found = texts_.find(name);
  if (found == texts_.end()) throw std::logic_error("BUG: there is no template " + std::string(name));
  mustache::mustache parsed(found->second);  // rendering is not const: each caller has its own
  std::string html;
  for (const View& view : views) parsed.render(data_of(view), [&](const std::string& part) { html += part; });
  return html;
}

}  // namespace oculus::web
