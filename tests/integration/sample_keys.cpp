#include "integration/sample_keys.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace oculus::integration {

std::string thirty_collectors(std::uint16_t port) {
  std::string targets = "w1";
  for (int i = 2; i <= 30; ++i) targets += fmt::format(", w{}", i);
  return fmt::format(
      "{}collectors:\n  tcp: [{{ name: \"{{{{target}}}}\", targets: [{}], host: 127.0.0.1, port: {}, interval: 1s "
      "}}]\n",
      kNoRateLimit, targets, port);
}

SampleKeys shown_samples(const OculusProcess& oculus) {
  SampleKeys all;
  for (const auto& sample : oculus.items("/api/metrics?limit=10000"))
    all.insert(fmt::format("{}|{}", std::string_view(sample.at("series_id").as_string()), sample.at("ts").as_int64()));
  return all;
}

SampleKeys stored_samples(const TempDir& dir) {
  const std::string rows = stored(dir, "select series_id || '|' || ts from metric_values");
  SampleKeys all;
  for (std::size_t begin = 0, end = 0; (end = rows.find('\n', begin)) != std::string::npos; begin = end + 1)
    all.insert(rows.substr(begin, end - begin));
  return all;
}

std::string stored(const TempDir& dir, std::string_view sql, const std::string& file) {
  const Ended ended =
      run_oculus(dir, {"query", "--csv", "--limit", "10000000", "--db-path", dir.file(file), std::string(sql)});
  if (ended.status != 0) throw std::runtime_error("oculus query: " + ended.err);
  return ended.out.substr(ended.out.find('\n') + 1);  // behind the names of the columns
}

}  // namespace oculus::integration
