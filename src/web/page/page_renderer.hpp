// Makes the HTML of pages and of their parts from what a reader finds. Immutable; any thread, one reader at a time.
#pragma once

#include <string>
#include <string_view>

#include "store/reader.hpp"
#include "web/page/page_query.hpp"
#include "web/page/system_facts.hpp"
#include "web/page/templates.hpp"

namespace oculus::web {

class PageRenderer {
 public:
  explicit PageRenderer(std::string version);

  // Parts, as they are refreshed. A database that does not answer is a notice within the part.
  [[nodiscard]] std::string status(const SystemFacts& facts) const;
  [[nodiscard]] std::string metrics(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const;
  [[nodiscard]] std::string events(store::Reader& reader, const PageQuery& query, const SystemFacts& facts,
                                   std::string_view path, std::size_t limit) const;
  [[nodiscard]] std::string samples(store::Reader& reader, const PageQuery& query, const SystemFacts& facts,
                                    std::size_t limit) const;
  [[nodiscard]] std::string collectors(const PageQuery& query, const SystemFacts& facts) const;

  // Whole pages.
  [[nodiscard]] Response overview(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const;
  [[nodiscard]] Response samples_page(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const;
  [[nodiscard]] Response events_page(store::Reader& reader, const PageQuery& query, const SystemFacts& facts) const;
  [[nodiscard]] Response collectors_page(const PageQuery& query, const SystemFacts& facts) const;
  [[nodiscard]] Response series_page(store::Reader& reader, const std::string& name, const PageQuery& query,
                                     const SystemFacts& facts) const;
  /// What was asked cannot be shown: `status` and why.
  [[nodiscard]] Response refusal(int status, const Error& error, const SystemFacts& facts) const;

  static constexpr std::size_t kFewEvents = 8, kFewSamples = 10, kRows = 100;

 private:
  struct Frame {
    std::string_view title, path, current;  // `current` is the entry of the navigation
    const PageQuery& query;
    const SystemFacts& facts;
    bool refreshed = true;  // parts of it are
  };
  [[nodiscard]] std::string filter(const PageQuery& query, const SystemFacts& facts, std::string_view path,
                                   std::size_t limit) const;
  [[nodiscard]] std::string notice(std::string_view what, const Error& error) const;
  [[nodiscard]] std::string framed(const Frame& frame, std::string content) const;

  Templates templates_;
  std::string version_;
};

}  // namespace oculus::web
