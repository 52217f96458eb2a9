#include "collect/turns.hpp"

#include <gmock/gmock.h>

#include <boost/asio/post.hpp>
#include <list>
#include <string>
#include <vector>

namespace oculus::collect {
namespace {

using testing::ElementsAre;

class TurnsTest : public testing::Test {
 protected:
  // Its round begins with some work that the loop has ready at once, as a connection on loopback does.
  struct Round final : Turns::Holder {
    explicit Round(TurnsTest& of) : test(of) {}
    void on_turn() override {
      test.log.emplace_back("begins");
      boost::asio::post(test.loop, [this] { test.log.emplace_back("works"); });
    }
    TurnsTest& test;
  };

  Round& ask() {
    Round& round = rounds.emplace_back(*this);
    turns.ask(round);
    return round;
  }

  boost::asio::io_context loop{1};
  Turns turns{loop, {}};
  std::list<Round> rounds;  // held by address
  std::vector<std::string> log;
};

TEST_F(TurnsTest, ABurstBeginsOneByOneBehindTheWorkOfThoseUnderWay) {
  for (int i = 0; i < 3; ++i) ask();
  loop.run();
  EXPECT_THAT(log, ElementsAre("begins", "works", "begins", "works", "begins", "works"));
}

TEST_F(TurnsTest, TheFirstBeginsAtOnce) {
  ask();
  EXPECT_THAT(log, ElementsAre("begins"));
}

TEST_F(TurnsTest, WhoGivesUpInLineDoesNotBegin) {
  ask();
  turns.give_up(ask());
  loop.run();
  EXPECT_THAT(log, ElementsAre("begins", "works"));
}

TEST_F(TurnsTest, NobodyBeginsAfterTheClose) {
  ask();
  ask();
  turns.close();
  loop.run();
  EXPECT_THAT(log, ElementsAre("begins", "works"));
}

}  // namespace
}  // namespace oculus::collect
