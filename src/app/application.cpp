#include "app/application.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/url/url_view.hpp>
#include <csignal>
#include <thread>
#include <utility>
#include <vector>

#include "app/logging.hpp"
#include "app/routes.hpp"
#include "app/self_collector.hpp"
#include "collect/collector_set.hpp"
#include "collect/registry.hpp"
#include "config/file_watch.hpp"
#include "net/egress_gate.hpp"
#include "net/loop.hpp"
#include "store/database.hpp"
#include "web/server.hpp"

namespace oculus::app {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr auto kCleanupInterval = 1h;

store::DatabaseSettings database_settings(const config::DatabaseConfig& config) {
  store::DatabaseSettings settings;
  settings.path = config.url.memory ? ":memory:" : config.url.path;
  using Mode = store::DatabaseSettings::Mode;
  switch (config.url.mode) {
    case config::DatabaseUrl::Mode::create:
      settings.mode = Mode::read_write_create;
      break;
    case config::DatabaseUrl::Mode::read_write:
      settings.mode = Mode::read_write;
      break;
    case config::DatabaseUrl::Mode::read_only:
      settings.mode = Mode::read_only;
      break;
  }
  settings.full_synchronous = config.synchronous == config::DatabaseConfig::Synchronous::full;
  settings.reader_threads = static_cast<std::size_t>(config.readers);
  settings.writer.channel_capacity = config.channel_capacity;
  settings.writer.batch_size = config.batch_size;
  settings.writer.flush_interval = config.batch_flush_interval;
  return settings;
}

web::ServerSettings server_settings(const config::ServerConfig& config) {
  web::ServerSettings settings;
  settings.bind = config.bind;
  settings.port = config.port;
  settings.token = config.token;
  settings.auth_none = config.auth_none;
  settings.hosts = config.hosts;
  settings.cors = config.cors;
  settings.rate_limit.reset();
  if (config.rate_limit) settings.rate_limit = web::RateLimit{config.rate_limit->rate, config.rate_limit->burst};
  settings.head_timeout = config.head_timeout;
  settings.body_limit = config.body_limit;
  settings.max_connections = config.max_connections;
  return settings;
}

Event system_event(std::string message, Severity severity = Severity::info) {
  Event event;
  event.severity = severity;
  event.message = std::move(message);
  return event;
}

// With no configuration at all Oculus watches its own page, so that the first look shows what it can do.
std::vector<config::CollectorEntry> demonstration(const std::string& url) {
  const boost::urls::url_view at(url);
  config::Problems none;
  const auto entry = [&](std::string type, const std::string& text) {
    return config::CollectorEntry{
        std::move(type), config::parse(text, config::Syntax::yaml, "built in", nullptr, none), {}};
  };
  return {
      entry("http",
            fmt::format("{{ name: oculus, url: '{}/', interval: 5s, description: the page you are looking at }}", url)),
      entry("tcp", fmt::format("{{ name: oculus, host: '{}', port: {}, interval: 5s, description: its port }}",
                               std::string(at.host_address()), std::string(at.port())))};
}

}  // namespace

// Members in the order of life; what uses others comes after them.
struct Application::Impl {
  Impl(config::Config read, StartOptions started_with, const config::Environment& environment_of)
      : config(std::move(read)),
        options(std::move(started_with)),
        environment(environment_of),
        api_environment(environment_of, config.server.api_env) {}
  ~Impl() {
    stop();
    if (!database) return;
    // What still waits for a turn at the database may name collectors, which end before it.
    database->sql.reset();
    database->readers.reset();
  }

  Result<> start(config::Problems& problems);
  std::size_t run();
  std::size_t stop();

  [[nodiscard]] std::vector<config::CollectorEntry> wanted(const config::Config& read) const;
  void clean_up();
  void await_signal();
  void watch_files();
  void await_change();
  void look_for_change();
  void reload(std::string_view cause);
  void reject(std::string_view cause, const config::Problems& problems);
  void apply_settings(const config::Config& fresh);
  void run_self();
  void tell(Event event) { writer().send(store::InsertEvent{std::move(event)}, {}); }
  store::StoreWriter& writer() { return *database->writer; }

  config::Config config;
  const StartOptions options;
  const config::Environment& environment;
  const config::ListedEnvironment api_environment;

  asio::io_context loop{1};
  asio::signal_set signals{loop};
  asio::steady_timer cleanup_timer{loop};
  asio::steady_timer quiet_timer{loop};
  net::EgressGate gate;  // once the probe loop runs, on its thread
  std::optional<store::Database> database;
  std::optional<net::Loop> probe_loop;
  std::optional<collect::Registry> registry;
  std::optional<collect::CollectorSet> collectors;
  web::Router router;
  std::optional<Routes> routes;
  std::optional<web::Server> server;
  std::optional<config::FileWatch> watch;
  std::optional<asio::posix::stream_descriptor> watch_descriptor;
  std::optional<std::size_t> lost;  // set when everything has stopped
};

Result<> Application::Impl::start(config::Problems& problems) {
  // From here on a signal waits until run() can heed it; who reads the address may send one at once.
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signals.add(number);
  auto made_gate = net::EgressGate::make(config.egress.allow, config.egress.deny);
  if (!made_gate) return std::unexpected(made_gate.error());
  gate = std::move(*made_gate);
  collect::CollectorSet::check(config, problems);
  if (!problems.none()) return {};

  auto opened = store::open_database(database_settings(config.database));
  if (!opened) return std::unexpected(opened.error());
  database = std::move(*opened);
  if (database->writer == nullptr)
    return invalid("the database is opened read only", "mode=rwc or mode=rw for serve; `oculus query` reads");

  probe_loop.emplace("oculus-probes");
  registry.emplace(*probe_loop, writer());
  collectors.emplace(*registry, writer(), collect::Parts{&*probe_loop, &gate}, api_environment);

  routes.emplace(router, *database, *collectors, *registry);
  server.emplace(loop, server_settings(config.server), router);
  if (auto listening = server->start(); !listening) return listening;

  tell(system_event(fmt::format("Oculus started at {}", server->url())));
  // On a full or locked disk there may be nothing to read yet; what the files say runs all the same.
  if (auto rows = database->readers->ask([](store::Reader& reader) { return reader.collectors(); }))
    collectors->load(std::move(*rows));
  collectors->apply(wanted(config), problems);
  if (config.self.enabled) run_self();
  return {};
}

void Application::Impl::run_self() {
  (void)registry->start(self_enrolment(config.self.interval),
                        make_self_collector(writer(), *database->readers, loop, config.self.interval));
}

std::vector<config::CollectorEntry> Application::Impl::wanted(const config::Config& read) const {
  if (!read.file.empty()) return read.collectors;
  return demonstration(server->url());
}

std::size_t Application::Impl::run() {
  await_signal();
  clean_up();
  watch_files();
  loop.run();
  return stop();
}

std::size_t Application::Impl::stop() {
  if (lost) return *lost;
  lost = 0;
  if (watch_descriptor) watch_descriptor->release();  // FileWatch owns it
  if (!database || !database->writer) return *lost;

  const Deadline deadline = Clock::now() + config.server.shutdown_timeout;
  tell(system_event("Oculus is stopping"));
  if (server) {
    asio::co_spawn(loop, server->drain(deadline - config.server.shutdown_timeout / 3),
                   [this](const std::exception_ptr&) { loop.stop(); });
    loop.restart();
    loop.run();
  }
  if (registry) {
    // The main loop goes on meanwhile: a round that is under way may need it. It is ready to run before the thread
    // begins, which may be done, and stop it, at once.
    loop.restart();
    std::thread stopping([&] {
      registry->stop_all(deadline - config.server.shutdown_timeout / 6);
      loop.stop();
    });
    loop.run();
    stopping.join();
  }
  lost = writer().shutdown(deadline);
  server.reset();
  return *lost;
}

void Application::Impl::clean_up() {
  // In line with all else: a queue that happens to be full must not put it off for an hour.
  writer().send(store::ApplyRetention{config.database.retention, {}}, {});
  writer().send(store::CleanupEvents{config.database.events_retention, {}}, {});
  cleanup_timer.expires_after(kCleanupInterval);
  cleanup_timer.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) clean_up();
  });
}

void Application::Impl::await_signal() {
  signals.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled) return;
    if (number == SIGHUP) {
      reload("SIGHUP");
      return await_signal();
    }
    spdlog::info("{} received, stopping", number == SIGINT ? "SIGINT" : "SIGTERM");
    signals.clear();  // a second one ends the process at once
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    loop.stop();
  });
}

// The file that was read, or those that would be, and the directory that it includes. What was watched before is not.
void Application::Impl::watch_files() {
  if (lost) return;  // the end has begun
  quiet_timer.cancel();
  if (watch_descriptor) watch_descriptor->release();  // FileWatch owns it; who awaits it hears that it is cancelled
  watch_descriptor.reset();
  watch.reset();
  std::vector<std::string> files(config::kUsualFiles.begin(), config::kUsualFiles.end());
  if (!config.file.empty()) files = {config.file};
  auto opened = config::FileWatch::open(std::move(files), config.include_directory);
  if (!opened) {
    spdlog::warn("changes of the configuration will not be noticed: {}; SIGHUP reloads it", opened.error().text());
    return;
  }
  watch = std::move(*opened);
  watch_descriptor.emplace(loop, watch->fd());
  await_change();
}

void Application::Impl::await_change() {
  watch_descriptor->async_wait(asio::posix::stream_descriptor::wait_read,
                               [this](const boost::system::error_code& cancelled) {
                                 if (cancelled) return;
                                 look_for_change();
                                 await_change();
                               });
}

void Application::Impl::look_for_change() {
  if (watch->changed()) return reload("a changed file");
  if (const auto due = watch->due()) {
    quiet_timer.expires_at(*due);
    quiet_timer.async_wait([this](const boost::system::error_code& cancelled) {
      if (!cancelled && watch) look_for_change();
    });
  }
}

void Application::Impl::reload(std::string_view cause) {
  config::Problems problems;
  config::Overrides overrides = options.overrides;
  overrides.reread = config.file;  // a file that is gone must not mean that nothing is watched any more
  config::Config fresh = config::load(options.config_path, environment, overrides, problems);
  if (problems.none()) collect::CollectorSet::check(fresh, problems);
  if (problems.none()) collectors->apply(wanted(fresh), problems);
  if (!problems.none()) return reject(cause, problems);

  std::string needs_restart;
  if (fresh.server != config.server) needs_restart += " server";
  if (fresh.database != config.database) needs_restart += " database";
  if (fresh.log.file != config.log.file || fresh.log.keep_days != config.log.keep_days) needs_restart += " log.file";
  const std::string note =
      needs_restart.empty() ? std::string() : fmt::format("; needs a restart to take effect:{}", needs_restart);
  apply_settings(fresh);
  spdlog::info("the configuration was reloaded after {}{}", cause, note);
  tell(system_event(fmt::format("the configuration was reloaded after {}{}", cause, note)));
  const bool elsewhere = fresh.file != config.file || fresh.include_directory != config.include_directory;
  config.file = std::move(fresh.file);
  config.include_directory = std::move(fresh.include_directory);
  config.collectors = std::move(fresh.collectors);
  if (elsewhere)
    asio::post(loop, [this] { watch_files(); });  // not at once: what calls this may be the watch that goes
}

void Application::Impl::reject(std::string_view cause, const config::Problems& problems) {
  spdlog::error("the configuration was not reloaded after {}, the old one runs on:\n{}", cause, problems.text());
  const std::size_t more = problems.list().size() - 1;
  tell(system_event(fmt::format("the configuration was not reloaded after {}, the old one runs on: {}{}", cause,
                                problems.list().front().text(),
                                more == 0 ? std::string() : fmt::format(" (and {} more; see the log)", more)),
                    Severity::error));
}

// What takes effect at once. What needs a restart keeps its running value, so that the next reload says so again.
void Application::Impl::apply_settings(const config::Config& fresh) {
  Logging::set_levels(fresh.log);
  config.log.level = fresh.log.level;
  config.log.parts = fresh.log.parts;
  if (auto opened = net::EgressGate::make(fresh.egress.allow, fresh.egress.deny);
      opened && fresh.egress != config.egress) {
    probe_loop->post([this, opened = std::move(*opened)] { gate = opened; });  // nobody else's thread asks it
    config.egress = fresh.egress;
  }
  if (fresh.self != config.self) {
    if (config.self.enabled) (void)registry->stop("self", "oculus", collect::Registry::Leaving::paused);
    config.self = fresh.self;
    if (config.self.enabled) run_self();
  }
}

Application::Application(config::Config config, StartOptions options, const config::Environment& environment)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(options), environment)) {}
Application::~Application() = default;

Result<> Application::start(config::Problems& problems) { return impl_->start(problems); }
std::string Application::url() const { return impl_->server->url(); }
std::size_t Application::run() { return impl_->run(); }

}  // namespace oculus::app
