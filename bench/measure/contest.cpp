#include "measure/contest.hpp"

namespace oculus::bench {

std::vector<Standing> compare(const std::vector<Way>& ways, double patience, std::size_t most) {
  struct Times {
    std::vector<double> wall, processor, ratio;
  };
  std::vector<Times> times(ways.size());
  for (const Way& way : ways) way.go();

  constexpr std::size_t kFewest = 3;
  const Stopwatch watch;
  for (std::size_t turn = 0; turn < most && (turn < kFewest || watch.spent().wall < patience); ++turn) {
    for (std::size_t step = 0; step < ways.size(); ++step) {
      const std::size_t i = turn % 2 == 0 ? step : ways.size() - 1 - step;
      const Spent spent = ways[i].go();
      times[i].wall.push_back(spent.wall);
      times[i].processor.push_back(spent.processor);
    }
    for (Times& one : times) one.ratio.push_back(one.processor.back() / times.front().processor.back());
  }

  std::vector<Standing> standings;
  for (std::size_t i = 0; i < ways.size(); ++i)
    standings.push_back({ways[i].name, spread(times[i].wall), spread(times[i].processor), spread(times[i].ratio)});
  return standings;
}

}  // namespace oculus::bench
