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
  Result<> open();

  std::string path_;
  std::optional<Connection> db_;
};

}  // namespace oculus::store::sqlite
