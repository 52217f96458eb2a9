// People's SQL: a connection that cannot write, an authorizer that lets only the public relations and harmless
// functions through, and limits. One thread at a time.
#pragma once

#include <optional>
#include <string>

#include "store/reader.hpp"
#include "store/sqlite/connection.hpp"

namespace oculus::store::sqlite {

class SqlSandbox final : public SqlReader {
 public:
  explicit SqlSandbox(std::string path) : path_(std::move(path)) {}
  Result<SqlTable> run(const SqlQuery& query, Deadline deadline) override;

 private:
  // What a running statement may still take; asked every few steps of SQLite's machine.
  struct Budget {
    Deadline deadline;
    std::int64_t most_memory;  // of SQLite in this process, in bytes
  };
  static int spent(void* budget) noexcept;

  Result<> open();
  Result<Statement> prepare(const SqlQuery& query);
  Result<SqlTable> rows(Statement& statement, const SqlQuery& query);
  // The error of the connection as it stands, in a person's words.
  std::unexpected<Error> refused(const SqlQuery& query);

  std::string path_;
  std::optional<Connection> db_;
  Budget budget_{};  // of the statement that runs
};

}  // namespace oculus::store::sqlite
