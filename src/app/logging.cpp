#include "app/logging.hpp"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/daily_file_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include "app/log_format.hpp"
#include "config/config_fields.hpp"

namespace oculus::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kWaitingLines = 512;  // each has its 400 bytes from the start on, written or not

spdlog::level::level_enum level_of(config::LogLevel level) {
  switch (level) {
    case config::LogLevel::trace:
      return spdlog::level::trace;
    case config::LogLevel::debug:
      return spdlog::level::debug;
    case config::LogLevel::info:
      return spdlog::level::info;
    case config::LogLevel::warn:
      return spdlog::level::warn;
    case config::LogLevel::error:
      return spdlog::level::err;
    case config::LogLevel::off:
      break;
  }
  return spdlog::level::off;
}

spdlog::level::level_enum level_of_part(const config::LogConfig& config, std::string_view part) {
  const auto own = std::ranges::find(config.parts, part, &std::pair<std::string, config::LogLevel>::first);
  return level_of(own == config.parts.end() ? config.level : own->second);
}

/// `oculus_2026-01-31.log`, for a log.file `oculus.log`, as spdlog names it.
bool is_of_a_day(const std::string& name, const std::string& stem, const std::string& ending) {
  constexpr std::string_view kShape = "_dddd-dd-dd";
  if (name.size() != stem.size() + kShape.size() + ending.size() || !name.starts_with(stem) || !name.ends_with(ending))
    return false;
  return std::ranges::equal(kShape, std::string_view(name).substr(stem.size(), kShape.size()), [](char shape, char c) {
    return shape == 'd' ? std::isdigit(static_cast<unsigned char>(c)) != 0 : c == shape;
  });
}

/// spdlog removes old files while it runs, but at a start it finds only those of the last days without a gap.
void remove_old(const fs::path& file, int keep_days) {
  std::error_code ignored;
  std::vector<fs::path> days;
  const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
  for (fs::directory_iterator entry(folder, ignored), end; !ignored && entry != end; entry.increment(ignored))
    if (is_of_a_day(entry->path().filename().string(), file.stem().string(), file.extension().string()))
      days.push_back(entry->path());
  std::ranges::sort(days);
  const auto kept = static_cast<std::size_t>(keep_days);
  for (std::size_t i = 0; i + kept < days.size(); ++i) fs::remove(days[i], ignored);
}

spdlog::sink_ptr standard_error(const config::Environment& environment) {
  const char* const no_colour = environment.find("NO_COLOR");
  const bool colour = no_colour == nullptr || *no_colour == '\0';
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(colour ? spdlog::color_mode::automatic
                                                                               : spdlog::color_mode::never);
  if (isatty(STDERR_FILENO) == 1)
    sink->set_formatter(std::make_unique<TextFormat>());
  else
    sink->set_formatter(std::make_unique<JsonFormat>());
  return sink;
}

Result<spdlog::sink_ptr> daily_file(const config::LogConfig& config) {
  try {
    auto sink = std::make_shared<spdlog::sinks::daily_file_sink_mt>(config.file, 0, 0, /*truncate=*/false,
                                                                    static_cast<std::uint16_t>(config.keep_days));
    sink->set_formatter(std::make_unique<JsonFormat>());
    remove_old(config.file, config.keep_days);
    return sink;
  } catch (const spdlog::spdlog_ex& fault) {
    return invalid(fmt::format("log.file {} cannot be written: {}", config.file, fault.what()),
                   "a path in a folder that may be written to");
  }
}

}  // namespace

Result<Logging> Logging::start(const config::LogConfig& config, const config::Environment& environment) {
  auto sink = config.file.empty() ? standard_error(environment) : daily_file(config);
  if (!sink) return std::unexpected(sink.error());
  spdlog::init_thread_pool(kWaitingLines, 1);
  for (const std::string_view part : config::kLogParts) {
    const auto logger = std::make_shared<spdlog::async_logger>(  // shared: spdlog's registry hands it out
        std::string(part), *sink, spdlog::thread_pool(), spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(level_of_part(config, part));
    logger->flush_on(spdlog::level::trace);  // by the thread that writes; lines are few
    spdlog::drop(std::string(part));
    spdlog::register_logger(logger);
  }
  spdlog::set_default_logger(spdlog::get("app"));
  return Logging();
}

void Logging::set_levels(const config::LogConfig& config) {
  for (const std::string_view part : config::kLogParts)
    if (const auto logger = spdlog::get(std::string(part))) logger->set_level(level_of_part(config, part));
}

Logging::~Logging() {
  if (running_) spdlog::shutdown();
}

}  // namespace oculus::app
