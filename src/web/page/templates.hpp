// The Mustache templates of the page, as they are compiled into the program. Immutable; any thread.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "web/page/view.hpp"

namespace oculus::web {

class Templates {
 public:
  /// Takes `templates/NAME.mustache` of the embedded assets; a broken one is a mistake of ours and throws.
  Templates();

  /// Words are HTML-escaped where the template does not say otherwise.
  [[nodiscard]] std::string render(std::string_view name, const View& view) const;
  /// One after the other. For long lists: a list within a view is copied on its way into Mustache.
  [[nodiscard]] std::string render_each(std::string_view name, const View::List& views) const;

 private:
  [[nodiscard]] std::string render_all(std::string_view name, std::span<const View> views) const;
  std::map<std::string, std::string, std::less<>> texts_;
};

}  // namespace oculus::web
