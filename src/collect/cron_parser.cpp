// The text of a cron expression to sets of values, with the column of every mistake.
#include <fmt/format.h>

#include <array>
#include <bit>
#include <span>
#include <utility>

#include "collect/cron.hpp"
#include "model/nearest.hpp"

namespace oculus::collect {
namespace {

using namespace std::string_view_literals;

constexpr auto kMonths = std::to_array(
    {"jan"sv, "feb"sv, "mar"sv, "apr"sv, "may"sv, "jun"sv, "jul"sv, "aug"sv, "sep"sv, "oct"sv, "nov"sv, "dec"sv});
constexpr auto kWeekdays = std::to_array({"sun"sv, "mon"sv, "tue"sv, "wed"sv, "thu"sv, "fri"sv, "sat"sv});

struct FieldKind {
  std::string_view name;
  unsigned least, most;
  std::span<const std::string_view> names = {};  // the first one means `least`
};
constexpr FieldKind kCronFields[] = {{"second", 0, 59},         {"minute", 0, 59},
                                     {"hour", 0, 23},           {"day of month", 1, 31},
                                     {"month", 1, 12, kMonths}, {"day of week", 0, 7, kWeekdays}};

constexpr std::pair<std::string_view, std::string_view> kShorthands[] = {
    {"@hourly", "0 * * * *"},  {"@daily", "0 0 * * *"},  {"@midnight", "0 0 * * *"}, {"@weekly", "0 0 * * 0"},
    {"@monthly", "0 0 1 * *"}, {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}};
constexpr std::string_view kShorthandsText = "@hourly @daily @midnight @weekly @monthly @yearly @annually";
constexpr std::string_view kFieldsText =
    "minute, hour, day of month, month, day of week, and before them seconds if wanted";

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string lower(std::string_view text) {
  std::string made(text);
  for (char& c : made)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return made;
}

struct ValueSet {
  std::uint64_t bits = 0;
  bool starts_with_star = false;
  bool stepped = false;

  // `*/24` is one hour: a daily job however it is written.
  [[nodiscard]] bool runs() const { return (stepped || starts_with_star) && std::popcount(bits) > 1; }
};

struct Word {
  std::string_view text;
  std::size_t offset;  // in the expression
};

std::vector<Word> words_of(std::string_view text) {
  std::vector<Word> words;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t begin = i;
    while (i < text.size() && !is_blank(text[i])) ++i;
    if (i > begin) words.push_back({text.substr(begin, i - begin), begin});
    while (i < text.size() && is_blank(text[i])) ++i;
  }
  return words;
}

}  // namespace

class CronExpression::Parser {
 public:
  Parser(std::string_view text, Place at) : text_(text), at_(std::move(at)) {}

  Result<CronExpression> expression() {
    constexpr std::size_t kLongest = 1000;
    if (text_.size() > kLongest)
      return invalid(fmt::format("the cron expression has {} characters", text_.size()), "at most 1000", at_);
    const auto words = words_of(text_);
    if (words.empty()) return invalid("the cron expression is empty", kFieldsText, at_);
    if (words.front().text.front() == '@') return shorthand(words);
    if (words.size() != 5 && words.size() != 6) {
      const auto offset = words.size() > 6 ? words[6].offset : text_.size();
      return refuse(offset, fmt::format("{} fields", words.size()), fmt::format("five or six: {}", kFieldsText));
    }
    return fields(words);
  }

 private:
  Result<CronExpression> shorthand(const std::vector<Word>& words) {
    const std::string name = lower(words.front().text);
    if (words.size() > 1) return refuse(words[1].offset, fmt::format("text behind {}", name), "nothing");
    for (const auto& [known, fields_text] : kShorthands) {
      if (known != name) continue;
      auto made = fields(words_of(fields_text));
      if (made) made->text_ = text_;
      return made;
    }
    return refuse(words.front().offset, fmt::format("'{}' is not known", name), kShorthandsText);
  }

  Result<CronExpression> fields(const std::vector<Word>& words) {
    std::array<ValueSet, 6> sets;
    sets[0].bits = 1;  // with five fields: the full minute
    const std::size_t first = 6 - words.size();
    for (std::size_t i = first; i < 6; ++i) {
      auto set = field(words[i - first], kCronFields[i]);
      if (!set) return std::unexpected(set.error());
      sets[i] = *set;
    }
    const auto& [second, minute, hour, day, month, weekday] = sets;
    CronExpression made;
    made.text_ = text_;
    made.seconds_ = second.bits;
    made.minutes_ = minute.bits;
    made.hours_ = hour.bits;
    made.days_ = day.bits;
    made.months_ = month.bits;
    made.weekdays_ = (weekday.bits | weekday.bits >> 7U) & 0x7fU;  // 7 is Sunday too
    made.any_day_ = day.starts_with_star;
    made.any_weekday_ = weekday.starts_with_star;
    made.elapsed_ = minute.runs() || hour.runs();
    if ((made.any_day_ || made.any_weekday_) && !some_day_exists(day.bits, month.bits))
      return refuse(words[3 - first].offset, "this day never comes", "a day that one of the months has");
    return made;
  }

  static bool some_day_exists(std::uint64_t days, std::uint64_t months) {
    constexpr unsigned kLongest[] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (unsigned month = 1; month <= 12; ++month)
      if ((months >> month & 1U) != 0 && (days & ((std::uint64_t{2} << kLongest[month]) - 1)) != 0) return true;
    return false;
  }

  Result<ValueSet> field(const Word& word, const FieldKind& kind) {
    pos_ = word.offset;
    end_ = word.offset + word.text.size();
    source_ = std::string_view(word.text.data() - word.offset, end_);
    ValueSet set;
    set.starts_with_star = word.text.front() == '*' || word.text.front() == '?';
    do {
      if (auto done = item(kind, set); !done) return std::unexpected(done.error());
    } while (take(','));
    if (pos_ < end_)
      return refuse(pos_, fmt::format("'{}' does not belong in the {}", source_[pos_], kind.name), form(kind));
    return set;
  }

  Result<> item(const FieldKind& kind, ValueSet& set) {
    unsigned low = kind.least;
    unsigned high = kind.most;
    const bool star = take('*') || take('?');
    bool single = false;
    const std::size_t begin = pos_;
    if (!star) {
      auto from = value(kind);
      if (!from) return std::unexpected(from.error());
      low = *from;
      single = !take('-');
      if (!single) {
        const bool sunday_last = kind.most == 7 && low > 0;  // fri-sun
        auto to = value(kind);
        if (!to) return std::unexpected(to.error());
        high = *to == 0 && sunday_last ? 7 : *to;
        if (high < low)
          return refuse(begin, fmt::format("the range {}-{} of the {} runs backwards", low, high, kind.name),
                        "the smaller value first, or a list");
      }
    }
    unsigned step = 1;
    if (take('/')) {
      auto wanted = step_of(kind);
      if (!wanted) return std::unexpected(wanted.error());
      step = *wanted;
      set.stepped = true;
    } else if (single) {
      high = low;
    }
    if (kind.most == 7 && (star || (single && high != low))) high = 6;  // `*` and `a/n`: each day once, Sunday as 0
    for (unsigned v = low; v <= std::max(low, high); v += step) set.bits |= std::uint64_t{1} << v;
    return {};
  }

  Result<unsigned> step_of(const FieldKind& kind) {
    const std::size_t begin = pos_;
    const auto step = number();
    if (!step) return refuse(begin, fmt::format("the {} needs a whole number behind '/'", kind.name), form(kind));
    const unsigned most = kind.most == 7 ? 7 : kind.most - kind.least + 1;
    if (*step >= 1 && *step <= most) return *step;
    return refuse(begin, fmt::format("step {} of the {} is out of range", *step, kind.name),
                  fmt::format("1 to {}; a field starts anew where it ends", most));
  }

  Result<unsigned> value(const FieldKind& kind) {
    const std::size_t begin = pos_;
    if (const auto given = number()) {
      if (*given >= kind.least && *given <= kind.most) return *given;
      return refuse(begin, fmt::format("{} {} is out of range", kind.name, *given),
                    fmt::format("{} to {}", kind.least, kind.most));
    }
    while (pos_ < end_ && is_letter(source_[pos_])) ++pos_;
    if (pos_ == begin) {
      const std::string found = pos_ < end_ ? fmt::format("'{}'", source_[pos_]) : "nothing";
      return refuse(begin, fmt::format("{} where the {} needs a value", found, kind.name), form(kind));
    }
    const std::string name = lower(source_.substr(begin, pos_ - begin));
    for (std::size_t i = 0; i < kind.names.size(); ++i)
      if (kind.names[i] == name) return kind.least + static_cast<unsigned>(i);
    const auto close = nearest(name, kind.names);
    return refuse(begin, fmt::format("'{}' is not a {}", name, kind.name),
                  close ? fmt::format("the nearest known is {}", *close) : form(kind));
  }

  std::optional<unsigned> number() {
    constexpr unsigned kEnough = 100'000;  // far above every limit; keeps a long row of digits from wrapping
    const std::size_t begin = pos_;
    unsigned made = 0;
    for (; pos_ < end_ && is_digit(source_[pos_]); ++pos_)
      made = std::min(made * 10 + static_cast<unsigned>(source_[pos_] - '0'), kEnough);
    return pos_ == begin ? std::nullopt : std::optional(made);
  }

  bool take(char wanted) {
    if (pos_ == end_ || source_[pos_] != wanted) return false;
    ++pos_;
    return true;
  }

  static std::string form(const FieldKind& kind) {
    return fmt::format("*, {}-{}{}, lists with ',' and steps with '/'", kind.least, kind.most,
                       kind.names.empty() ? "" : fmt::format(", {} to {}", kind.names.front(), kind.names.back()));
  }

  std::unexpected<Error> refuse(std::size_t offset, std::string what, std::string_view expected) const {
    Place place = at_;
    place.column = std::max(place.column, 1) + static_cast<int>(offset);
    return invalid(fmt::format("cron '{}', column {}: {}", text_, offset + 1, what), expected, std::move(place));
  }

  std::string_view text_;
  Place at_;
  std::string_view source_;  // the text up to the end of the field that is read
  std::size_t pos_ = 0, end_ = 0;
};

Result<CronExpression> CronExpression::parse(std::string_view text, std::string_view zone, Place at, Place zone_at) {
  auto made = Parser(text, std::move(at)).expression();
  if (!made) return made;
  auto found = TimeZone::find(zone, std::move(zone_at));
  if (!found) return std::unexpected(found.error());
  made->zone_ = std::move(*found);
  made->zone_name_ = zone;
  return made;
}

}  // namespace oculus::collect
