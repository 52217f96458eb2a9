// The storage that is measured, through the interfaces that outlive its layout. One thread.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "store/database.hpp"
#include "store/dataset.hpp"
#include "store/reader.hpp"
#include "store/storage.hpp"

namespace oculus::bench {

/// The write side alone, without a queue or a thread, with the series declared.
std::unique_ptr<store::Storage> open_engine(const std::string& path, std::span<const Series> series);

/// One transaction.
void write(store::Storage& engine, std::span<const store::Write> rows);

/// Writes all that is left of `dataset` in its order of arrival; large transactions spare the time that pages of a
/// plain layout would take, and change nothing of what lies on disk afterwards.
void fill(store::Storage& engine, Dataset& dataset, std::size_t per_transaction = 50'000);

/// Puts what was written where it lies for good.
void seal(store::Storage& engine);

/// Everything: writer with its queue, readers, sandbox.
store::Database open_all(const std::string& path,
                         store::DatabaseSettings::Mode mode = store::DatabaseSettings::Mode::read_write_create);

/// The sandbox for people's SQL over any file whose tables have the public names.
std::unique_ptr<store::SqlReader> open_sandbox(const std::string& path);

}  // namespace oculus::bench
