#include "web/page_bench.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "web/target.hpp"

namespace oculus::web {
namespace {

using namespace std::chrono_literals;

class BrokenReader final : public store::Reader {
 public:
  Result<store::Page<store::MetricRow>> metrics(const store::MetricFilter&) override { return broken(); }
  Result<std::vector<store::LatestRow>> latest(const store::LatestFilter&) override { return broken(); }
  Result<std::vector<store::Point>> points(const store::PointsQuery&) override { return broken(); }
  Result<std::vector<store::CategoryStats>> stats(std::optional<TimePoint>, std::optional<TimePoint>) override {
    return broken();
  }
  Result<store::Page<store::EventRow>> events(const store::EventFilter&) override { return broken(); }
  Result<std::vector<store::CollectorRow>> collectors() override { return broken(); }
  Result<store::StorageFacts> facts() override { return broken(); }
  Result<> ping() override { return broken(); }

 private:
  static std::unexpected<Error> broken() { return failure(ErrorKind::database, "the <disk> is gone", "bring it back"); }
};

// Elements that have no end tag (HTML, section 13.1.2).
constexpr std::array<std::string_view, 3> kVoid = {"meta", "link", "input"};

}  // namespace

PageBench::PageBench(Database kind) {
  store::DatabaseSettings settings;
  settings.path = ":memory:";
  settings.writer.flush_interval = 1ms;
  auto opened = store::open_database(settings);
  EXPECT_TRUE(opened) << (opened ? "" : opened.error().text());
  database_ = std::move(*opened);
  if (kind == Database::broken)
    database_.readers = std::make_unique<store::ReaderPool>(1, [] { return std::make_unique<BrokenReader>(); });
  page_ = std::make_unique<Page>(Page::Sources{
      .readers = *database_.readers,
      .writer = database_.writer.get(),
      .collectors = [this] { return collectors; },
      .version = "1.2.3",
  });
  page_->add_to(router);
}

PageBench::~PageBench() = default;

void PageBench::measure(const Series& series, const std::vector<std::optional<double>>& values) {
  ASSERT_TRUE(database_.writer->try_send(store::UpsertSeries{series}));
  auto at = now_ms() - 10s * static_cast<int>(values.size());
  for (const auto& value : values) {
    Sample sample;
    sample.series = series.id();
    sample.at = at += 10s;
    sample.value = value;
    sample.success = value.has_value();
    if (!value) sample.tags.set("error", "timeout");
    add(sample);
  }
}

void PageBench::add(Sample sample) { ASSERT_TRUE(database_.writer->try_send(store::InsertValue{std::move(sample)})); }

void PageBench::say(Event event) { ASSERT_TRUE(database_.writer->try_send(store::InsertEvent{std::move(event)})); }

void PageBench::settle() { ASSERT_TRUE(database_.writer->flush()); }

Response PageBench::get(std::string_view target) {
  const auto question = std::min(target.find('?'), target.size());
  Request request;
  request.method = "GET";
  request.path = target.substr(0, question);
  request.headers = {{"Accept-Encoding", "gzip"}};
  request.logged_in = true;
  if (question < target.size()) {
    auto query = parse_form(target.substr(question + 1));
    EXPECT_TRUE(query);
    if (query) request.query = std::move(*query);
  }
  const auto match = router.find("GET", request.path);
  if (!match.handler) return Response::problem(404, "no route");
  request.path_values = match.path_values;
  Response answer;
  boost::asio::co_spawn(loop_, (*match.handler)(std::move(request)), [&](std::exception_ptr failed, Response given) {
    if (failed) std::rethrow_exception(failed);
    answer = std::move(given);
  });
  loop_.restart();
  loop_.run();
  return answer;
}

void PageBench::expect_sound(const Response& answer) {
  EXPECT_EQ(answer.content_type, "text/html; charset=utf-8");
  const std::string& html = answer.body;
  for (const char* foreign :
       {"src=\"http", "href=\"http", "src=\"//", "href=\"//", " style=", "<style", " onclick", "{{"})
    EXPECT_EQ(html.find(foreign), std::string::npos) << foreign;
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    ASSERT_NE(end, std::string::npos);
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.starts_with('!') || tag.ends_with('/')) continue;
    const bool closes = tag.starts_with('/');
    const std::string name = tag.substr(closes ? 1 : 0, tag.find_first_of(" \n") - (closes ? 1 : 0));
    if (std::ranges::find(kVoid, name) != kVoid.end()) continue;
    if (!closes) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << tag;
      ASSERT_EQ(open.back(), name) << html.substr(at > 200 ? at - 200 : 0, 300);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty()) << open.back();
}

Series series_of(std::string category, std::string name, std::string target, std::string field, std::string symbol,
                 std::string unit) {
  Series series;
  series.category = std::move(category);
  series.name = std::move(name);
  series.target = std::move(target);
  if (!field.empty()) series.tags.set("field", std::move(field));
  if (!symbol.empty()) series.symbol = *Symbol::parse(symbol);
  series.unit = std::move(unit);
  series.interval = 10s;
  return series;
}

collect::CollectorView collector_of(const std::string& type, const std::string& name, const std::string& category,
                                    std::optional<bool> success) {
  collect::CollectorView view;
  view.row.type = type;
  view.row.name = name;
  view.row.source = "config";
  auto& status = view.status.emplace();
  status.type = type;
  status.name = name;
  status.category = category;
  status.schedule = "10s";
  status.last_success = success;
  if (success) status.last_run = now() - 4s;
  status.next_run = now() + 6500ms;
  status.runs = success ? 120 : 0;
  if (success == false) {
    status.failures = 3;
    status.reason = "timeout";
    status.detail = "did not answer within 5s";
    status.failing_since = now() - 150s;
    status.last_failure = now() - 4s;
    status.last_failing_answer =
        R"({"address":"192.0.2.1:443","phases":{"dns":0.4,"connect":null},"body":"<b>no</b>"})";
  }
  return view;
}

}  // namespace oculus::web
