#include "collect/time_zone.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>

#include "model/nearest.hpp"

namespace oculus::collect {
namespace {

using namespace std::chrono;
namespace fs = std::filesystem;

fs::path zone_directory() {
  if (const char* const chosen = std::getenv("TZDIR")) return chosen;  // as the C library has it
  std::error_code ignored;
  for (const char* const usual :
       {"/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"})
    if (fs::is_directory(usual, ignored)) return usual;
  return {};
}

// Letters, digits and `+ - _` between single slashes: no way out of the directory.
bool is_name(std::string_view text) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '+' || c == '-' ||
           c == '_' || c == '/';
  };
  return text.size() <= 100 && std::all_of(text.begin(), text.end(), belongs) && text.front() != '/' &&
         text.back() != '/';
}

std::string read_file(const fs::path& path) {
  constexpr std::streamsize kMost = 1 << 20;  // real ones have a few kB
  std::ifstream in(path, std::ios::binary);
  std::string bytes(kMost, '\0');
  in.read(bytes.data(), kMost);
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

std::string nearest_name(const fs::path& directory, std::string_view wanted) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (!at->is_directory(error) && at->path().extension().empty())
      names.push_back(at->path().lexically_relative(directory).generic_string());
    else if (const auto folder = at->path().filename(); folder == "right" || folder == "posix")
      at.disable_recursion_pending();  // the same names again, with and without leap seconds
  }
  std::sort(names.begin(), names.end());  // directories come in any order; the answer should not
  const std::vector<std::string_view> views(names.begin(), names.end());
  return std::string(nearest(wanted, views).value_or(std::string_view()));
}

// Big-endian numbers from a text, each read checked.
class Bytes {
 public:
  explicit Bytes(std::string_view rest) : rest_(rest) {}

  std::string_view take(std::size_t count) {
    good_ = good_ && count <= rest_.size();
    if (!good_) return {};
    const auto taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  std::int64_t number(std::size_t width) {
    const auto bytes = take(width);
    std::uint64_t value =
        !bytes.empty() && (static_cast<unsigned char>(bytes.front()) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
    for (const char byte : bytes) value = value << 8U | static_cast<unsigned char>(byte);
    return static_cast<std::int64_t>(value);
  }
  std::size_t count() {
    const auto value = number(4);
    good_ = good_ && value >= 0;
    return good_ ? static_cast<std::size_t>(value) : 0;
  }
  std::string_view rest() const { return rest_; }
  bool good() const { return good_; }

 private:
  std::string_view rest_;
  bool good_ = true;
};

struct Header {
  char version = 0;
  std::size_t utc_marks = 0, standard_marks = 0, leaps = 0, times = 0, types = 0, names = 0;

  static Header read(Bytes& in) {
    if (in.take(4) != "TZif") in.take(std::string_view::npos);  // spoils the reader
    Header header;
    const auto version = in.take(1);
    header.version = version.empty() ? '\0' : version.front();
    in.take(15);
    for (auto* const count :
         {&header.utc_marks, &header.standard_marks, &header.leaps, &header.times, &header.types, &header.names})
      *count = in.count();
    return header;
  }
  [[nodiscard]] std::size_t body(std::size_t time_width) const {
    return times * (time_width + 1) + types * 6 + names + leaps * (time_width + 4) + standard_marks + utc_marks;
  }
};

}  // namespace

// Only the second block (version 2 and later, 64 bits) is read: every tzdata of the last fifteen years has it.
std::optional<TimeZone> TimeZone::read(std::string name, std::string_view file) {
  Bytes in(file);
  const Header old = Header::read(in);
  in.take(old.body(4));
  const Header header = Header::read(in);
  if (!in.good() || old.version < '2' || header.types == 0 || header.leaps != 0) return std::nullopt;

  Bytes times(in.take(header.times * 8));
  const auto type_of = in.take(header.times);
  std::vector<seconds> offsets;
  for (std::size_t i = 0; i < header.types && in.good(); ++i) {
    offsets.emplace_back(in.number(4));
    in.take(2);  // whether it is summer time, and its name
  }
  in.take(header.names + header.standard_marks + header.utc_marks);
  if (!in.good()) return std::nullopt;

  TimeZone zone(std::move(name));
  zone.first_offset_ = offsets.front();
  seconds now = zone.first_offset_;
  for (const char type : type_of) {
    const sys_seconds at{seconds(times.number(8))};
    const auto index = static_cast<unsigned char>(type);
    if (index >= offsets.size()) return std::nullopt;
    if (offsets[index] == now) continue;  // only the name of the time changes
    now = offsets[index];
    zone.changes_.push_back({at, now});
  }
  const std::string_view footer = in.rest();
  if (footer.size() > 2 && footer.front() == '\n')
    zone.rule_ = PosixRule::parse(footer.substr(1, footer.find('\n', 1) - 1));
  return zone;
}

Result<std::shared_ptr<const TimeZone>> TimeZone::find(std::string_view name, Place at) {
  if (name.empty() || name == "UTC") return std::shared_ptr<const TimeZone>(new TimeZone("UTC"));
  const auto directory = zone_directory();
  std::error_code error;
  if (!fs::is_directory(directory, error))
    return std::unexpected(Error{ErrorKind::unavailable, fmt::format("the time zone '{}' cannot be looked up", name),
                                 "install tzdata, or use UTC", std::move(at)});
  if (is_name(name)) {
    static std::mutex mutex;
    static std::map<fs::path, std::weak_ptr<const TimeZone>> in_use;  // thousands of schedules share a few zones
    const std::scoped_lock lock(mutex);
    auto& known = in_use[directory / name];
    if (auto zone = known.lock()) return zone;
    if (auto zone = read(std::string(name), read_file(directory / name))) {
      const std::shared_ptr<const TimeZone> made(new TimeZone(std::move(*zone)));
      known = made;
      return made;
    }
    in_use.erase(directory / name);
  }
  const auto close = nearest_name(directory, name);
  return std::unexpected(Error{
      ErrorKind::not_found, fmt::format("there is no time zone '{}'", name.substr(0, 100)),
      close.empty() ? "an IANA name such as Europe/Berlin, or UTC" : fmt::format("the nearest known zone is {}", close),
      std::move(at)});
}

TimeZone::Span TimeZone::span_at(sys_seconds at) const {
  constexpr auto kEarlier = [](sys_seconds t, const OffsetChange& change) { return t < change.at; };
  const auto next = std::upper_bound(changes_.begin(), changes_.end(), at, kEarlier);
  Span span{.begin = sys_days(year::min() / January / 1),
            .end = sys_days(year::max() / December / 31),
            .offset = first_offset_};
  if (next != changes_.begin()) {
    span.begin = std::prev(next)->at;
    span.offset = std::prev(next)->offset;
  }
  if (next != changes_.end()) {
    span.end = next->at;
    return span;
  }
  if (!rule_ || rule_->is_fixed()) return span;
  // The span may begin in the year before, and a local year begins up to a day away from that of UTC.
  const auto today = year_month_day(floor<days>(at)).year();
  for (auto y = today - years(1); y <= today + years(1); ++y)
    for (const auto& change : rule_->changes(y)) {
      if (change.at < span.begin) continue;
      if (at < change.at) {
        span.end = change.at;
        return span;
      }
      span.begin = change.at;
      span.offset = change.offset;
    }
  return span;
}

}  // namespace oculus::collect
