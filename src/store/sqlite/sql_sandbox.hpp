// People's SQL: a connection that cannot write, an authorizer that lets only the public relations and harmless
// functions through, and limits. One thread at a time.
#pragma once

#include <optional>
#include <string>

#include "store/reader.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/sample_source.hpp"
#include "store/sqlite/value_relations.hpp"

namespace oculus::store::sqlite {

class SqlSandbox final : public SqlReader {
 public:
  SqlSandbox(std::string path, SharedState shared) : path_(std::move(path)), shared_(std::move(shared)) {}
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
  SharedState shared_;
  OwnWork own_work_;  // before db_: the connection's relations count in it
  std::optional<Connection> db_;
  Budget budget_{};  // of the statement that runs
};

}  // namespace oculus::store::sqlite
