#include <fmt/format.h>

#include <exception>
#include <utility>

#include "oculus/storage.hpp"
#include "store/database.hpp"

namespace oculus {
namespace {

using Settings = store::DatabaseSettings;

std::unexpected<Error> wrong(std::string what, std::string_view expected) {
  return failure(ErrorKind::invalid_data, std::move(what), expected);
}

StorageResult<Settings> settings_of(std::string_view url) {
  constexpr std::string_view kForms = "sqlite:PATH, sqlite:PATH?mode=rwc|rw|ro, sqlite::memory: or a path";
  constexpr std::string_view kScheme = "sqlite:";
  Settings settings;
  if (url.starts_with("postgres://") || url.starts_with("postgresql://"))  // its text may hold a password
    return wrong("PostgreSQL is not built in", kForms);
  if (url.starts_with(kScheme)) {
    url.remove_prefix(kScheme.size());
    if (const std::size_t question = url.find('?'); question != std::string_view::npos) {
      const std::string_view option = url.substr(question + 1);
      url = url.substr(0, question);
      if (option == "mode=rwc")
        settings.mode = Settings::Mode::read_write_create;
      else if (option == "mode=rw")
        settings.mode = Settings::Mode::read_write;
      else if (option == "mode=ro")
        settings.mode = Settings::Mode::read_only;
      else
        return wrong(fmt::format("'{}' is no option of a database", option), "mode=rwc, mode=rw or mode=ro");
    }
  }
  if (url.empty() || url.find('\0') != std::string_view::npos) return wrong("the database has no path", kForms);
  settings.path = std::string(url);
  return settings;
}

}  // namespace

StorageBuilder& StorageBuilder::channel_capacity(std::size_t values) {
  channel_capacity_ = values;
  return *this;
}
StorageBuilder& StorageBuilder::batch_size(std::size_t values) {
  batch_size_ = values;
  return *this;
}
StorageBuilder& StorageBuilder::batch_flush_interval(std::chrono::microseconds interval) {
  batch_flush_interval_ = interval;
  return *this;
}
StorageBuilder& StorageBuilder::reader_threads(std::size_t threads) {
  reader_threads_ = threads;
  return *this;
}
StorageBuilder& StorageBuilder::sql_threads(std::size_t threads) {
  sql_threads_ = threads;
  return *this;
}
StorageBuilder& StorageBuilder::full_synchronous(bool on) {
  full_synchronous_ = on;
  return *this;
}

StorageResult<Storage> StorageBuilder::build() const {
  auto settings = settings_of(url_);
  if (!settings) return std::unexpected(settings.error());
  constexpr std::size_t kMostThreads = 64;
  for (const auto& [name, value, most] : {std::tuple{"channel_capacity", channel_capacity_, SIZE_MAX},
                                          {"batch_size", batch_size_, SIZE_MAX},
                                          {"reader_threads", reader_threads_, kMostThreads},
                                          {"sql_threads", sql_threads_, kMostThreads}})
    if (value < 1 || value > most)
      return wrong(fmt::format("{} is {}", name, value),
                   most == SIZE_MAX ? std::string("1 or more") : fmt::format("1 to {}", most));
  if (batch_flush_interval_ <= std::chrono::microseconds(0) || batch_flush_interval_ > std::chrono::hours(24))
    return wrong(fmt::format("batch_flush_interval is {} µs", batch_flush_interval_.count()),
                 "more than 0, at most a day");

  settings->reader_threads = reader_threads_;
  settings->sql_threads = sql_threads_;
  settings->full_synchronous = full_synchronous_;
  settings->writer.channel_capacity = channel_capacity_;
  settings->writer.batch_size = batch_size_;
  settings->writer.flush_interval = batch_flush_interval_;
  try {
    auto opened = store::open_database(*settings);
    if (opened) return Storage(std::make_shared<store::Database>(std::move(*opened)));
    Error error = std::move(opened.error());
    if (error.kind != ErrorKind::migration) error.kind = ErrorKind::database;
    return std::unexpected(std::move(error));
  } catch (const std::exception& thrown) {  // no thread or no memory to be had
    return failure(ErrorKind::internal, fmt::format("the storage could not be started: {}", thrown.what()));
  }
}

}  // namespace oculus
