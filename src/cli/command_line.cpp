#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <sstream>

#include "cli/probe_target.hpp"
#include "collect/kinds.hpp"
#include "model/nearest.hpp"
#include "model/version.hpp"

namespace oculus::cli {
namespace {

constexpr const char* kAbout =
    "Oculus watches any number that matters: it collects values, keeps, draws and serves them.";
constexpr const char* kFooter = R"(Examples:
  oculus                                 start, and watch what oculus.yaml says
  oculus check                           is the configuration right?
  oculus probe http https://example.com  one look, with the time of each phase
  oculus symbols 'net.http.*'            what is known, and how fresh it is
  oculus query 'SELECT * FROM metrics LIMIT 5'

Environment, stronger than the file and weaker than options:
  OCULUS_CONFIG       configuration file          OCULUS_SERVER_BIND  address to listen on
  OCULUS_SERVER_PORT  port to listen on           OCULUS_DB_URL       database, as in database.dsn
  OCULUS_DB_PATH      path of the database        OCULUS_LOG          levels, as in info,web=debug

Exit status: 0 good, 1 failed, 2 wrong usage or configuration.)";
constexpr const char* kServeFooter = R"(Examples:
  oculus serve                          oculus.yaml or oculus.toml, when there is one
  oculus serve -c /etc/oculus.yaml
  oculus serve --server-port 0          on a free port, which is printed

SIGHUP, or a change of the file, reads the configuration again; SIGINT and SIGTERM end it with all values on disk.)";
constexpr const char* kCheckFooter = R"(Examples:
  oculus check
  oculus check -c /etc/oculus.yaml && systemctl reload oculus)";
constexpr const char* kProbeFooter = R"(Examples:
  oculus probe http https://example.com --method HEAD
  oculus probe tcp 127.0.0.1:6379
  oculus probe ping example.com --ip 6

Exit status: 0 when the check holds, 1 when it fails.)";
constexpr const char* kQueryFooter = R"(Examples:
  oculus query .schema
  oculus query "SELECT symbol, avg(value) FROM metrics WHERE ts > ago('1h') GROUP BY symbol"
  oculus query --csv - < report.sql > report.csv

It reads only, also while Oculus runs.)";
constexpr const char* kSymbolsFooter = R"(Examples:
  oculus symbols
  oculus symbols '*.rtt')";
constexpr const char* kCheckDbFooter = R"(Examples:
  oculus check-db
  oculus check-db --db-path copy-of-oculus.db && echo fit to be kept

It reads only, also while Oculus runs. Exit status: 0 when the database is sound, 1 with the first fault.)";
constexpr const char* kKeysFooter = R"(Examples:
  oculus keys | grep retention          how was it called?
  oculus keys server                    one section: server, database, log, egress, self
  oculus keys collectors                what every collector takes; `oculus keys http`: what an http one adds)";
constexpr const char* kCollectorsFooter = R"(Examples:
  oculus collectors
  oculus collectors http)";

class CommandLine {
 public:
  CommandLine(const Program& program, const config::Environment& environment, Console& console)
      : program_(program), environment_(environment), console_(console) {
    app_.footer(kFooter);
    app_.require_subcommand(0, 1);
    app_.set_version_flag("--version", fmt::format("oculus {}", oculus::version()), "Print the version and exit");
    add_config(app_);
    add_serve_options(app_);
    chosen_ = [this] { return program_.serve(source_, console_); };
    add_serve();
    add_check();
    add_probe();
    add_query();
    add_symbols();
    add_check_db();
    add_collectors();
    add_keys();
    command(app_, "version", "the version of Oculus, its compiler and its libraries", nullptr,
            [this] { return version(console_); });
  }

  int run(int argc, const char* const* argv) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::Success& wish) {  // help and version
      std::ostringstream text;
      app_.exit(wish, text, text);
      console_.print(text.str());
      return kGood;
    } catch (const CLI::ParseError& error) {
      console_.complain(sentence(error));
      return kWrong;
    }
    if (const char* stray = stray_option()) {
      console_.complain(fmt::format("{} belongs to serve; `{} --help` tells more", stray, path_of(*selected())));
      return kWrong;
    }
    return chosen_();
  }

 private:
  template <class Run>
  CLI::App* command(CLI::App& parent, const std::string& name, const std::string& about, const char* footer, Run run) {
    CLI::App* const made = parent.add_subcommand(name, about);
    if (footer != nullptr) made->footer(footer);
    made->callback([this, run] { chosen_ = run; });
    return made;
  }

  void add_config(CLI::App& app) {
    app.add_option("-c,--config", source_.config_path,
                   "Configuration file [OCULUS_CONFIG, else oculus.yaml or oculus.toml, which may be missing]");
  }
  void add_database(CLI::App& app) {
    app.add_option("--db-url", source_.overrides.db_url, "Database, as in database.dsn [OCULUS_DB_URL]");
    app.add_option("--db-path", source_.overrides.db_path, "Path of the database [OCULUS_DB_PATH]");
  }
  void add_serve_options(CLI::App& app) {
    app.add_option("--server-bind", source_.overrides.bind, "Address to listen on [OCULUS_SERVER_BIND]");
    app.add_option("--server-port", source_.overrides.port,
                   "Port to listen on; 0 lets the kernel choose [OCULUS_SERVER_PORT]");
    add_database(app);
  }

  void add_serve() {
    CLI::App* const serve = command(app_, "serve", "watch, store and show (the default)", kServeFooter,
                                    [this] { return program_.serve(source_, console_); });
    add_config(*serve);
    add_serve_options(*serve);
    serve_ = serve;
  }
  void add_check() {
    add_config(*command(app_, "check", "say whether the configuration is right, without starting", kCheckFooter,
                        [this] { return check(source_, environment_, console_); }));
  }
  void add_query() {
    using Form = QueryOptions::Form;
    CLI::App* const sub = command(app_, "query", "ask the database in SQL", kQueryFooter,
                                  [this] { return query(query_, source_, environment_, console_); });
    sub->add_option("SQL", query_.statement, "One SELECT; - reads it from standard input; .schema shows the relations")
        ->required();
    CLI::Option* const json =
        sub->add_flag_callback("--json", [this] { query_.form = Form::json; }, "As POST /api/query answers");
    sub->add_flag_callback("--csv", [this] { query_.form = Form::csv; }, "Comma-separated values")->excludes(json);
    sub->add_option("--limit", query_.row_limit, "Most rows (100000)")->type_name("N");
    sub->add_option("--time-limit", query_.time_limit, "Longest time (1m)")->type_name("DURATION");
    add_config(*sub);
    add_database(*sub);
  }
  void add_symbols() {
    CLI::App* const sub = command(app_, "symbols", "list the current series with their latest values", kSymbolsFooter,
                                  [this] { return symbols(pattern_, source_, environment_, console_); });
    sub->add_option("PATTERN", pattern_, "Only these; * stands for any run of characters");
    add_config(*sub);
    add_database(*sub);
  }
  void add_check_db() {
    CLI::App* const sub = command(app_, "check-db", "read the whole database and say whether it is sound",
                                  kCheckDbFooter, [this] { return check_db(source_, environment_, console_); });
    add_config(*sub);
    add_database(*sub);
  }
  void add_collectors() {
    CLI::App* const sub = command(app_, "collectors", "list the kinds of collectors and their keys", kCollectorsFooter,
                                  [this] { return collectors(type_, console_); });
    sub->add_option("TYPE", type_, "List the keys of this kind");
  }
  void add_keys() {
    CLI::App* const sub = command(app_, "keys", "list the keys of the configuration file", kKeysFooter,
                                  [this] { return keys(keys_, console_); });
    sub->add_option("NAME", keys_.group, "Only those of this section or kind of collector");
    sub->add_flag("--markdown", keys_.markdown, "As docs/configuration.md shows them");
  }

  void add_probe() {
    CLI::App* const group = app_.add_subcommand("probe", "look at one target once");
    group->footer(kProbeFooter);
    group->require_subcommand(1, 1);
    for (const collect::CollectorKind* kind : collect::collector_kinds()) {
      CLI::App* const sub = command(*group, std::string(kind->type), std::string(kind->summary), nullptr, [this, kind] {
        probe_.type = kind->type;
        return probe(probe_, source_, environment_, console_);
      });
      sub->add_option("TARGET", probe_.target, "What to look at: a URL, HOST:PORT or a host")->required();
      sub->add_flag("--json", probe_.json, "One line of JSON, with the evidence of a failure");
      for (const config::Field* field : probe_fields(*kind)) add_key(*sub, *field);
      add_config(*sub);
    }
  }

  void add_key(CLI::App& sub, const config::Field& field) {
    const std::string names = option_names(field);
    const std::string help =
        field.fallback.empty() ? std::string(field.help) : fmt::format("{} ({})", field.help, field.fallback);
    const auto keep = [this, key = std::string(field.key)](std::vector<std::string> words) {
      probe_.keys.emplace_back(key, std::move(words));
    };
    using config::FieldType;
    if (field.type == FieldType::boolean) {
      sub.add_flag_callback(names, [keep, word = turns_off(field) ? "false" : "true"] { keep({word}); }, help);
    } else if (field.type == FieldType::texts || field.type == FieldType::text_map) {
      sub.add_option_function<std::vector<std::string>>(names, keep, help + "; may be given several times")
          ->allow_extra_args(false)
          ->type_name(field.type == FieldType::texts ? "TEXT" : "\"NAME: VALUE\"");
    } else {
      sub.add_option_function<std::string>(
             names, [keep](const std::string& word) { keep({word}); }, help)
          ->type_name(field.type == FieldType::duration ? "DURATION" : "VALUE");
    }
  }

  /// The innermost command that was named.
  [[nodiscard]] const CLI::App* selected() const {
    const CLI::App* app = &app_;
    while (!app->get_subcommands().empty()) app = app->get_subcommands().front();
    return app;
  }
  [[nodiscard]] static std::string path_of(const CLI::App& app) {
    return app.get_parent() == nullptr ? app.get_name() : path_of(*app.get_parent()) + ' ' + app.get_name();
  }

  /// Options of serve may stand without its name, but before no other command.
  [[nodiscard]] const char* stray_option() const {
    if (selected() == &app_ || selected() == serve_) return nullptr;
    for (const char* name : {"--server-bind", "--server-port"})
      if (app_.count(name) > 0) return name;
    return nullptr;
  }

  [[nodiscard]] std::string sentence(const CLI::ParseError& error) const {
    const CLI::App& app = *selected();
    const std::string help = fmt::format("`{} --help` tells more", path_of(app));
    const std::vector<std::string> extras = app.remaining();
    if (extras.empty()) return fmt::format("{}; {}", what_is_missing(error), help);
    const std::string& extra = extras.front();
    const bool option = extra.size() > 1 && extra.starts_with('-');
    const std::vector<std::string> known = option ? options_of(app) : commands_of(app);
    if (known.empty()) return fmt::format("{} is one argument too many; {}", config::in_quotes(extra), help);
    const std::vector<std::string_view> words(known.begin(), known.end());
    const auto close = nearest(extra, words);
    return fmt::format("there is no {} {}; {}{}", option ? "option" : "command", config::in_quotes(extra),
                       close ? fmt::format("did you mean {}? ", *close) : "", help);
  }

  /// The library's words, where ours are not better.
  [[nodiscard]] std::string what_is_missing(const CLI::ParseError& error) const {
    const std::string words = error.what();  // `--config: 1 required TEXT missing`
    if (error.get_name() == "ArgumentMismatch") return words.substr(0, words.find(':')) + " needs a value";
    const auto commands = commands_of(*selected());
    if (error.get_name() == "RequiredError" && !commands.empty())
      return fmt::format("say which: {}", fmt::join(commands, ", "));
    return words;
  }

  [[nodiscard]] static std::vector<std::string> options_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options())
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    return names;
  }
  [[nodiscard]] static std::vector<std::string> commands_of(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* sub : app.get_subcommands({})) names.push_back(sub->get_name());
    return names;
  }

  const Program& program_;
  const config::Environment& environment_;
  Console& console_;
  CLI::App app_{kAbout, "oculus"};
  const CLI::App* serve_ = nullptr;
  Source source_;
  QueryOptions query_;
  ProbeOptions probe_;
  KeysOptions keys_;
  std::string pattern_, type_;
  std::function<int()> chosen_;
};

}  // namespace

int run(int argc, const char* const* argv, const Program& program, const config::Environment& environment,
        Console& console) {
  return console.finish(CommandLine(program, environment, console).run(argc, argv));
}

}  // namespace oculus::cli
