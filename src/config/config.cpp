#include "config/config.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "config/config_files.hpp"
#include "config/config_sections.hpp"

namespace oculus::config {
namespace {

namespace fs = std::filesystem;

/// The file that is meant, and who named it; empty when nobody did and there is none.
Sources::Written choose_file(std::string_view path, const Sources& sources) {
  if (!path.empty()) return {std::string(path), kCommandLine};
  if (auto named = sources.variable("OCULUS_CONFIG")) return std::move(*named);
  if (!sources.overrides.reread.empty()) return {sources.overrides.reread, {}};
  std::error_code ignored;  // not there and not readable are told apart when it is read
  for (const char* usual : kUsualFiles)
    if (fs::exists(usual, ignored)) return {usual, {}};
  return {};
}

Node read_root(std::string_view path, const Sources& sources, std::string& file) {
  const Sources::Written chosen = choose_file(path, sources);
  file = chosen.text;
  return file.empty() ? Node() : read_config_file(file, chosen.place, sources.environment, sources.problems);
}

void read_collectors(const Settings& settings, const Sources& sources, Config& out) {
  out.defaults = read_defaults(settings.node("defaults"), sources.problems);
  CollectorEntries entries(out.defaults, sources.problems);
  if (const Node* const written = settings.node("collectors")) entries.add(*written);
  const Node* const named = settings.node("collector_include");
  const auto include = settings.text("collector_include");
  if (include && !include->empty() && !named->unresolved) {
    out.include_directory = (fs::path(out.file).parent_path() / *include).string();
    for (const Node& file : read_config_directory(out.include_directory, *named, sources.environment, sources.problems))
      entries.add(file);
  }
  out.collectors = entries.take();
}

}  // namespace

Config load(std::string_view path, const Environment& environment, const Overrides& overrides, Problems& problems) {
  const Sources sources{environment, overrides, problems};
  Config config;
  const Node root = read_root(path, sources, config.file);
  const Settings settings = Settings::read(root, config_fields(), {}, problems);
  config.server = read_server(settings.section("server"), sources);
  config.database = read_database(settings.section("database"), sources);
  config.log = read_log(settings.section("log"), sources);
  config.egress = read_egress(settings.section("egress"), sources);
  const Settings self = settings.section("self");
  config.self = {self.flag("enabled"), *self.duration("interval")};
  read_collectors(settings, sources, config);
  return config;
}

DatabaseUrl load_database_url(std::string_view path, const Environment& environment, const Overrides& overrides,
                              Problems& problems) {
  const Sources sources{environment, overrides, problems};
  std::string file;
  const Node root = read_root(path, sources, file);
  const Node* const section = root.find("database");
  const Field& fields = *find_field(config_fields(), "database");
  return read_database(Settings::read(section != nullptr ? *section : Node(), fields.fields, "database", problems),
                       sources)
      .url;
}

}  // namespace oculus::config
