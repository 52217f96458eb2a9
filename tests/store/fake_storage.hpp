// A storage that keeps what was committed as words, and fails when it is told to. The writer's thread writes, the test
// reads and commands; all under one lock.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "store/storage.hpp"

namespace oculus::store {

class FakeDisk {
 public:
  using Log = std::vector<std::string>;

  /// The transactions committed so far, each as its rows.
  [[nodiscard]] std::vector<Log> transactions() const;
  /// All committed rows, in order.
  [[nodiscard]] Log log() const;
  [[nodiscard]] int attempts() const;
  [[nodiscard]] int slices() const;

  /// Asked before each row with the row's word; an error is the answer to that write.
  void on_write(std::function<Result<>(const std::string&)> check);
  /// While set, every begin fails so.
  void fail(std::optional<Error> reason);
  /// While set, every deletion fails so.
  void fail_cleaning(std::optional<Error> reason);
  /// How many slices a deletion takes.
  void slices_needed(int count);

  /// Holds the writer at the next begin until `open_gate`.
  void close_gate();
  void open_gate();
  /// Waits until the writer stands at the gate.
  void await_gate();

  /// What the writer owns; the disk must outlive it.
  std::unique_ptr<Storage> storage();

 private:
  class Head;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Log> committed_;
  Log open_;
  std::function<Result<>(const std::string&)> check_;
  std::optional<Error> trouble_, cleaning_trouble_;
  int attempts_ = 0, slices_ = 0, slices_needed_ = 1, slices_left_ = 1;
  bool gate_closed_ = false, at_gate_ = false;
};

/// `42`, `event restarted`, `series a|b|c|`, `retire -1`, `collector http/a`, `delete http/a`.
std::string word_of(const Write& row);

inline InsertValue value(double number) {
  return {Sample{SeriesId(1), from_us(static_cast<std::int64_t>(number)), number, true, {}, {}}};
}
inline InsertEvent event(std::string message) {
  Event told;
  told.message = std::move(message);
  return {std::move(told)};
}
inline Error trouble(std::string what) { return {ErrorKind::unavailable, std::move(what), {}, {}}; }

}  // namespace oculus::store
