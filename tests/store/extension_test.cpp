// The loadable extension in Debian's sqlite3 shell: a client that is not ours, with a SQLite of its own.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <memory>

#include "store/scratch_database.hpp"

namespace oculus::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t kStart = 1'700'000'000'000'000, kStep = 30'000'000;

// What the shell says to a file, on both of its outputs, when it loads the extension first.
std::string shell(const ScratchFolder& folder, const std::string& database, const std::string& sql) {
  const std::string script = folder.file("script.sql");
  std::ofstream(script) << ".load " OCULUS_EXTENSION "\n" << sql << '\n';
  const std::string line =
      fmt::format("sqlite3 -batch -init /dev/null '{}' < '{}' 2>&1", folder.file(database), script);
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(line.c_str(), "r"), pclose);
  std::string said;
  std::array<char, 4096> part{};
  while (const std::size_t size = std::fread(part.data(), 1, part.size(), pipe.get())) said.append(part.data(), size);
  return said;
}

class Extension : public testing::Test {
 protected:
  // Some of it in chunks, some in the journal.
  void write(Session& session, int from, int to) {
    for (int i = from; i < to; ++i) {
      session.add(one_.id(), kStart + i * kStep, i);
      if (i % 50 == 49) session.flush();
    }
    session.flush();
  }
  [[nodiscard]] DatabaseSettings settings() const {
    DatabaseSettings made = settings_for(folder_.file());
    made.seal = {
        .samples_of_series = 100, .least_samples = 100, .most_samples = 1000, .longest = std::chrono::hours(1)};
    return made;
  }

  ScratchFolder folder_;
  Series one_ = series("a", "example.com", "net.a");
};

TEST_F(Extension, AShellReadsWhatTheLibraryWrites) {
  const std::string sum = "SELECT count(*), min(value), max(value), sum(value) FROM metrics WHERE symbol = 'net.a';";
  {
    Session session(settings());
    session.declare(one_);
    write(session, 0, 930);
    EXPECT_THAT(shell(folder_, "oculus.db", "SELECT count(*) > 0 FROM chunks; SELECT count(*) > 0 FROM journal;" + sum),
                HasSubstr("1\n1\n930|0.0|929.0|431985.0\n"))
        << "while the writer has it open";
    write(session, 930, 1000);
    EXPECT_THAT(shell(folder_, "oculus.db", sum), HasSubstr("1000|0.0|999.0|499500.0\n"));
  }
  EXPECT_THAT(shell(folder_, "oculus.db", sum), HasSubstr("1000|0.0|999.0|499500.0\n"));
  EXPECT_EQ(shell(folder_, "oculus.db",
                  "SELECT ts, value, unit FROM metric_values ORDER BY ts DESC LIMIT 2;\n"
                  "SELECT bucket('1h', ts), count(*) FROM metrics WHERE ts < 1700003000000000 GROUP BY 1;\n"
                  "SELECT now() - ago('1h') BETWEEN 3600000000 - 1000000 AND 3600000000;"),
            "1700029970000000|999.0|ms\n1700029940000000|998.0|ms\n"
            "1699999200000000|94\n1700002800000000|6\n1\n");
}

TEST_F(Extension, SaysWhyItDoesNotReadAFile) {
  EXPECT_THAT(shell(folder_, "other.db", "CREATE TABLE t (a); SELECT 'goes on';"),
              AllOf(HasSubstr("the database is empty"), HasSubstr("goes on")));
  EXPECT_THAT(shell(folder_, "other.db", "SELECT count(*) FROM metrics;"),
              AllOf(HasSubstr("the database was not made by Oculus"), HasSubstr("no such table: metrics")));
  std::ofstream(folder_.file("text.db")) << std::string(5000, 'x');
  EXPECT_THAT(shell(folder_, "text.db", ""), HasSubstr("not a database"));
  {
    Session session(settings());
    session.declare(one_);
    session.flush();
  }
  EXPECT_THAT(shell(folder_, "oculus.db", "UPDATE schema_version SET version = 99;"), Not(HasSubstr("rror")));
  EXPECT_THAT(shell(folder_, "oculus.db", ""), HasSubstr("the database has version 99"));
  EXPECT_THAT(shell(folder_, "oculus.db", "UPDATE schema_version SET version = 1;"), HasSubstr("version 99"));
  EXPECT_THAT(shell(folder_, "oculus.db", ""), HasSubstr("start Oculus with it once"));
}

}  // namespace
}  // namespace oculus::store
