// check, query, symbols and probe as a person runs them. [golden texts]
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "cli/program.hpp"
#include "store/database.hpp"

namespace oculus::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

void gives(const Outcome& outcome, int status, const std::string& out, const std::string& err) {
  EXPECT_EQ(outcome.status, status);
  EXPECT_EQ(outcome.out, out);
  EXPECT_EQ(outcome.err, err);
}

/// A database with one series of two samples.
void fill(const Workplace& place) {
  store::DatabaseSettings settings;
  settings.path = place.path("data/oculus.db");
  auto database = store::open_database(settings);
  ASSERT_TRUE(database) << database.error().text();
  Series series;
  series.category = "network.tcp";
  series.name = "redis";
  series.target = "127.0.0.1:6379";
  series.unit = "ms";
  series.symbol = *Symbol::parse("net.tcp.redis.rtt");
  database->writer->send(store::UpsertSeries{series}, {});
  for (const int ms : {1000, 2000})
    database->writer->send(store::InsertValue{Sample{series.id(), from_us(ms * 1000), ms / 8000.0, true, {}, {}}}, {});
  EXPECT_EQ(database->writer->shutdown(Clock::now() + std::chrono::seconds(20)), 0U);
}

TEST(Check, CountsWhatIsRight) {
  const Workplace place;
  gives(run_program(place, {"check"}), 0, "no configuration file: good: the defaults hold\n", "");
  place.write("oculus.yaml",
              "collectors: { tcp: [{ name: a, host: 127.0.0.1, port: 1 }, { name: b, host: h, port: 2 }],"
              " ping: [{ name: c, host: h }] }\n");
  gives(run_program(place, {"check"}), 0, "oculus.yaml: good: 3 collectors (1 ping, 2 tcp)\n", "");
}

TEST(Check, ShowsAllMistakesWithACaret) {
  const Workplace place;
  place.write("o.yaml",
              "server: { prot: 1 }\n"
              "collectors:\n"
              "  tcp: [{ name: a, host: 127.0.0.1, port: 70000 }]\n");
  const Outcome outcome = run_program(place, {"check", "-c", "o.yaml"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("o.yaml:1:11: "), HasSubstr("\nserver: { prot: 1 }\n          ^ "),
                                 HasSubstr("\no.yaml:3:43: ")));
}

TEST(Check, NamesAFileThatIsMissing) {
  const Workplace place;
  const Outcome outcome = run_program(place, {"check", "-c", "none.yaml"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.err, run_program(place, {"serve", "-c", "none.yaml"}).err);
  EXPECT_THAT(outcome.err, AllOf(HasSubstr("none.yaml"), HasSubstr("No such file")));
}

TEST(Query, ShowsATable) {
  const Workplace place;
  fill(place);
  gives(run_program(place, {"query", "SELECT symbol, value, unit FROM metrics ORDER BY ts"}), 0,
        "symbol             value  unit\n"
        "─────────────────  ─────  ────\n"
        "net.tcp.redis.rtt  0.125  ms\n"
        "net.tcp.redis.rtt   0.25  ms\n",
        "");
}

TEST(Query, GivesCsvAndJson) {
  const Workplace place;
  fill(place);
  gives(run_program(place, {"query", "--csv", "SELECT ts, value FROM metrics ORDER BY ts"}), 0,
        "ts,value\n1000000,0.125\n2000000,0.25\n", "");
  gives(run_program(place, {"query", "--json", "SELECT count(*) AS n FROM metrics"}), 0,
        "{\"columns\":[\"n\"],\"rows\":[[2]],\"truncated\":false}\n", "");
}

TEST(Query, ReadsTheStatementFromStandardInput) {
  const Workplace place;
  fill(place);
  place.write("in.txt", "SELECT 1 AS one;\n");
  gives(run_program(place, {"query", "--csv", "-"}), 0, "one\n1\n", "");
}

TEST(Query, SaysWhenThereIsMore) {
  const Workplace place;
  fill(place);
  gives(run_program(place, {"query", "--csv", "--limit", "1", "SELECT ts FROM metrics ORDER BY ts"}), 0,
        "ts\n1000000\n", "oculus: only the first row is shown; --limit sets how many\n");
}

TEST(Query, ShowsThePublicRelations) {
  const Workplace place;
  const Outcome outcome = run_program(place, {"query", ".schema"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, AllOf(HasSubstr("metric_series"), HasSubstr("metric_values"), HasSubstr("metrics"),
                                 HasSubstr("events"), HasSubstr("collectors")));
}

TEST(Query, KnowsOneDotCommand) {
  const Workplace place;
  gives(run_program(place, {"query", ".tables"}), 2, "",
        "oculus: there is no '.tables'; .schema shows the relations\n");
}

TEST(Query, IsNotKeptFromTheDatabaseByMistakesElsewhere) {
  const Workplace place;
  fill(place);
  place.write("oculus.yaml", "server: { prot: 1 }\ncollector_include: nowhere.d/\n");
  gives(run_program(place, {"query", "--csv", "SELECT 1 AS one"}), 0, "one\n1\n", "");
  place.write("oculus.yaml", "database: { dns: data/oculus.db }\n");
  const Outcome outcome = run_program(place, {"query", "SELECT 1"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, HasSubstr("the nearest known key is dsn"));
}

TEST(Query, RefusesWhatIsNoSelect) {
  const Workplace place;
  fill(place);
  const auto refuses = [&](const std::string& sql, const std::string& what) {
    const Outcome outcome = run_program(place, {"query", sql});
    EXPECT_EQ(outcome.status, 2) << sql;
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(outcome.err, AllOf(StartsWith("oculus: "), HasSubstr(what)));
  };
  refuses("SELEC 1", "near \"SELEC\": syntax error");
  refuses("DELETE FROM metric_series", "not allowed");
  refuses("SELECT * FROM collector_rows", "not allowed");
  refuses("SELECT 1; SELECT 2", "more than one statement");
  refuses("", "the query is empty");
}

TEST(Query, EndsAtItsTimeLimit) {
  const Workplace place;
  fill(place);
  gives(run_program(place, {"query", "--time-limit", "50ms",
                            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"}),
        1, "", "oculus: the query was not done within 50 ms; ask for a shorter range or fewer series\n");
  const Outcome wrong = run_program(place, {"query", "--time-limit", "5", "SELECT 1"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.err, StartsWith("oculus: --time-limit: '5' "));
}

TEST(Query, NamesADatabaseThatIsMissing) {
  const Workplace place;
  gives(run_program(place, {"query", "SELECT 1"}), 2, "",
        "oculus: there is no database at data/oculus.db; name one with --db-path, or start `oculus serve`, which makes "
        "it\n");
  EXPECT_FALSE(std::filesystem::exists(place.path("data")));
}

TEST(Query, LeavesAFileThatIsNoDatabaseAsItIs) {
  const Workplace place;
  const std::string letter(5000, 'x');
  place.write("letter.txt", letter);
  const Outcome outcome = run_program(place, {"query", "--db-path", "letter.txt", "SELECT 1"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_EQ(outcome.out, "");
  EXPECT_THAT(outcome.err, AllOf(StartsWith("oculus: "), HasSubstr("letter.txt"), HasSubstr("file is not a database")));
  EXPECT_EQ(place.read("letter.txt"), letter);
}

TEST(Query, WritesNothingBrokenIntoAPipe) {
  const Workplace place;
  fill(place);
  const std::string line =
      std::string(OCULUS_PROGRAM) + " query --db-path " + place.path("data/oculus.db").string() +
      " --csv \"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT "
      "i FROM n\" 2>&1 | head -1 > " +
      place.path("head.txt").string();
  EXPECT_EQ(std::system(line.c_str()), 0);
  EXPECT_EQ(place.read("head.txt"), "i\n");
}

TEST(Symbols, ListsWhatIsKnown) {
  const Workplace place;
  fill(place);
  const Outcome outcome = run_program(place, {"symbols", "net.*"});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_THAT(outcome.out, MatchesRegex("symbol  .*\n.*\nnet.tcp.redis.rtt    0.25  ms    [0-9ywdhms]+  good\n"));
  gives(run_program(place, {"symbols", "fx.*"}), 1, "",
        "oculus: no symbol matches 'fx.*'; `oculus symbols` lists them all\n");
}

/// A listener on a free port of the loopback.
class Listener {
 public:
  Listener() : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    auto* const any = reinterpret_cast<sockaddr*>(&address);
    EXPECT_EQ(::bind(descriptor_, any, length), 0);
    EXPECT_EQ(::listen(descriptor_, 5), 0);
    EXPECT_EQ(::getsockname(descriptor_, any, &length), 0);
    port_ = ntohs(address.sin_port);
  }
  ~Listener() { ::close(descriptor_); }
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;
  [[nodiscard]] std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  int descriptor_;
  int port_ = 0;
};

TEST(Probe, ShowsOneLook) {
  const Workplace place;
  const Listener listener;
  const Outcome outcome = run_program(place, {"probe", "tcp", listener.address()});
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out, MatchesRegex("tcp 127.0.0.1:[0-9]+: good\n  rtt  [0-9.]+ ms.*\n"));
  const Outcome json = run_program(place, {"probe", "tcp", "--json", listener.address()});
  EXPECT_THAT(json.out, AllOf(StartsWith("{\"type\":\"tcp\""), HasSubstr("\"success\":true,\"error\":null")));
}

TEST(Probe, EndsWithOneWhenTheCheckFails) {
  const Workplace place;
  std::string closed;
  {
    const Listener listener;
    closed = listener.address();
  }
  const Outcome outcome = run_program(place, {"probe", "tcp", closed});
  EXPECT_EQ(outcome.status, 1);
  EXPECT_THAT(outcome.out, StartsWith("tcp " + closed + ": failed (refused): "));
  EXPECT_THAT(run_program(place, {"probe", "http", closed, "--timeout", "5s", "--insecure"}).out,
              HasSubstr(": failed (refused): "));
}

TEST(Probe, RefusesWrongTargetsAndOptions) {
  const Workplace place;
  gives(run_program(place, {"probe", "tcp", "localhost"}), 2, "",
        "command line: 'localhost' names no port; HOST:PORT, as in 127.0.0.1:6379 or [::1]:6379\n");
  gives(run_program(place, {"probe", "http", "127.0.0.1", "--header", "nonsense"}), 2, "",
        "--headers: 'nonsense' has no name and value; \"Name: value\"\n");
  gives(run_program(place, {"probe", "http", "127.0.0.1", "--insecur"}), 2, "",
        "oculus: there is no option '--insecur'; did you mean --insecure? `oculus probe http --help` tells more\n");
  const Outcome outcome = run_program(place, {"probe", "ping", "127.0.0.1", "--count", "70"});
  EXPECT_EQ(outcome.status, 2);
  EXPECT_THAT(outcome.err, StartsWith("--count: "));
}

}  // namespace
}  // namespace oculus::cli
