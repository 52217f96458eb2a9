#include "store/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

#include "measure/options.hpp"
#include "measure/require.hpp"
#include "store/database.hpp"

namespace oculus::bench {
namespace {

enum class Kind { latency, price, counter };

constexpr Kind kind_of(std::size_t number) {
  constexpr std::array kKinds = {Kind::latency, Kind::price, Kind::latency, Kind::counter};
  return kKinds[number % kKinds.size()];
}

Series describe(std::size_t number) {
  struct Words {
    const char *category, *prefix, *field, *unit;
  };
  constexpr auto words = [](Kind kind) -> Words {
    switch (kind) {
      case Kind::latency:
        return {"network.http", "net.http", "rtt", "ms"};
      case Kind::price:
        return {"stock", "stock.price", "close", "USD"};
      case Kind::counter:
        return {"custom", "custom", "count", ""};
    }
    return {};
  };
  const Words kind = words(kind_of(number));
  Series series;
  series.category = kind.category;
  series.name = fmt::format("made_up_{}", number);
  series.target = fmt::format("https://made-up-{}.example.com/", number);
  series.tags = {{"env", "prod"}, {"field", kind.field}};
  if (auto symbol = Symbol::parse(fmt::format("{}.{}.{}", kind.prefix, series.name, kind.field)))
    series.symbol = std::move(*symbol);
  series.unit = kind.unit;
  series.interval = MadeUp::kStep;
  return series;
}

}  // namespace

MadeUp::MadeUp(Shape shape) : shape_(shape) {
  std::uniform_real_distribution<double> uniform;
  for (std::size_t number = 0; number < shape_.series; ++number) {
    series_.push_back(describe(number));
    ids_.push_back(series_.back().id());
    switch (kind_of(number)) {
      case Kind::latency:
        state_.push_back(std::log(10 + 30 * uniform(random_)));  // a median of 10 to 40 ms
        break;
      case Kind::price:
        state_.push_back(std::round(1000 + 50'000 * uniform(random_)) / 100);
        break;
      case Kind::counter:
        state_.push_back(std::round(1e6 * uniform(random_)));
        break;
    }
  }
}

Sample MadeUp::sample(std::size_t number) {
  Sample sample;
  sample.series = ids_[number];
  const std::uint64_t dice = random_();
  const auto late = shape_.microseconds ? microseconds(dice % 4000) : microseconds(dice % 4 * 1000);
  sample.at = present() + late;
  double& state = state_[number];
  double value = 0;
  switch (kind_of(number)) {
    case Kind::latency:
      value = std::exp(state + 0.3 * normal_(random_));
      if (!shape_.microseconds) value = std::round(value * 10) / 10;
      sample.took = microseconds(std::llround(value * 1000));
      break;
    case Kind::price:
      state += 0.05 * normal_(random_);
      if (!shape_.microseconds) state = std::round(state * 100) / 100;
      value = state;
      break;
    case Kind::counter:
      state += std::max(0.0, std::round(100 + 10 * normal_(random_)));
      value = shape_.microseconds ? state / 7 : state;
      break;
  }
  if (shape_.bare) {
    sample.took.reset();
  } else if ((dice >> 32) % 1000 < 2) {
    sample.success = false;
    sample.tags.set("error", "timeout");
    sample.took.reset();
    return sample;
  }
  sample.value = value;
  return sample;
}

bool MadeUp::next(std::size_t count, std::vector<Row>& rows) {
  const std::size_t wanted = rows.size() + count;
  while (rows.size() < wanted && round_ < static_cast<std::int64_t>(shape_.samples)) {
    for (std::size_t number = 0; number < shape_.series; ++number)
      rows.push_back({static_cast<std::uint32_t>(number), sample(number)});
    ++round_;
  }
  return !rows.empty();
}

std::unique_ptr<Dataset> open_dataset(const Options& options, std::size_t samples, bool bare) {
  if (!options.from.empty()) return std::make_unique<Recorded>(options.from, options.only);
  return std::make_unique<MadeUp>(MadeUp::Shape{options.series, samples, options.microseconds, bare});
}

std::string describe(const Options& options, std::size_t samples) {
  if (!options.from.empty())
    return fmt::format("the samples of {} {}*", options.from.filename().string(), options.only);
  return fmt::format("{} series of {} samples{}", options.series, samples,
                     options.microseconds ? ", microsecond stamps and full doubles" : "");
}

Recorded::Recorded(const std::filesystem::path& path, const std::string& only) {
  store::DatabaseSettings settings;
  settings.path = path.string();
  settings.mode = store::DatabaseSettings::Mode::read_only;
  const store::Database database = require(store::open_database(settings));

  std::unordered_map<SeriesId, std::uint32_t> numbers;
  const auto current = require(database.readers->ask([](store::Reader& reader) { return reader.latest({}); }));
  for (const store::LatestRow& row : current) {
    const auto& symbol = row.series.series.symbol;
    if (!only.empty() && !(symbol && symbol->text().starts_with(only))) continue;
    numbers.emplace(row.series.id, static_cast<std::uint32_t>(series_.size()));
    series_.push_back(row.series.series);
  }
  store::MetricFilter filter;
  filter.order = store::Order::oldest_first;
  filter.limit = 10'000;
  for (bool more = true; more;) {
    auto page = require(database.readers->ask([&](store::Reader& reader) { return reader.metrics(filter); }));
    for (store::MetricRow& row : page.items) {
      const auto known = numbers.find(row.series);
      if (known == numbers.end()) continue;  // retired, or not asked for
      Tags dynamic;
      for (const auto& [key, value] : row.tags)
        if (series_[known->second].tags.find(key) == nullptr) dynamic.set(key, value);
      rows_.push_back({known->second, {row.series, row.at, row.value, row.success, row.took, std::move(dynamic)}});
    }
    more = page.next.has_value();
    filter.cursor = page.next.value_or("");
  }
}

bool Recorded::next(std::size_t count, std::vector<Row>& rows) {
  const std::size_t end = std::min(rows_.size(), given_ + count);
  rows.insert(rows.end(), rows_.begin() + static_cast<std::ptrdiff_t>(given_),
              rows_.begin() + static_cast<std::ptrdiff_t>(end));
  given_ = end;
  return !rows.empty();
}

}  // namespace oculus::bench
