// JSON: Boost.JSON says whether it is, strictly (RFC 8259); a walk over what it accepted adds the places that it does
// not keep.
#include <fmt/format.h>

#include <boost/json/parse.hpp>
#include <boost/json/parser.hpp>
#include <string>

#include "config/reading.hpp"

namespace oculus::config {
namespace {

/// Walks over valid JSON of bounded depth.
class Walker {
 public:
  explicit Walker(Reading& reading) : reading_(reading), text_(reading.source().text()) {}

  Node value(std::size_t depth) {
    skip_blanks();
    const Place at = reading_.place(at_);
    if (failed_ || at_ >= text_.size() || !reading_.charge(1, at)) {
      failed_ = true;
      return {};
    }
    switch (text_[at_]) {
      case '{':
        return map(at, depth);
      case '[':
        return list(at, depth);
      case '"':
        return reading_.scalar(Node::Kind::text, string(), true, false, at);
      case 't':
      case 'f':
        return reading_.scalar(Node::Kind::boolean, word(), false, false, at);
      case 'n': {
        word();
        Node node;
        node.place = at;
        return node;
      }
      default:
        return reading_.scalar(Node::Kind::number, word(), false, false, at);
    }
  }

 private:
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  /// Steps over `c` if it stands here.
  bool take(char c) {
    skip_blanks();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string word() {
    const std::size_t end = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    std::string all(text_.substr(at_, end - at_));
    at_ = end;
    return all;
  }

  std::string string() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') end += text_[end] == '\\' ? 2 : 1;
    end = std::min(end + 1, text_.size());
    const std::string_view written = text_.substr(at_, end - at_);
    at_ = end;
    if (written.find('\\') == std::string_view::npos) return std::string(written.substr(1, written.size() - 2));
    boost::json::error_code error;
    const auto decoded = boost::json::parse(boost::json::string_view(written), error);
    return decoded.is_string() ? std::string(decoded.get_string()) : std::string();
  }

  Node list(const Place& at, std::size_t depth) {
    Node node;
    node.kind = Node::Kind::list;
    node.place = at;
    failed_ = failed_ || !reading_.depth_allowed(depth, at);
    ++at_;
    while (!failed_ && !take(']')) {
      node.items.push_back(value(depth + 1));
      take(',');
    }
    return node;
  }

  Node map(const Place& at, std::size_t depth) {
    Node node;
    node.kind = Node::Kind::map;
    node.place = at;
    failed_ = failed_ || !reading_.depth_allowed(depth, at);
    ++at_;
    Reading::Keys keys;
    while (!failed_ && !take('}')) {
      skip_blanks();
      const Place key_place = reading_.place(at_);
      std::string key = string();
      const bool is_new = reading_.add_key(keys, key, key_place);
      take(':');
      Node entry = value(depth + 1);
      entry.key_place = key_place;
      if (is_new) node.map.emplace_back(std::move(key), std::move(entry));
      take(',');
    }
    return node;
  }

  Reading& reading_;
  std::string_view text_;
  std::size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

Node read_json(Reading& reading) {
  const std::string_view text = reading.source().text();
  boost::json::parse_options options;
  options.max_depth = kDeepest;
  boost::json::parser parser({}, options);
  boost::json::error_code error;
  std::size_t accepted = parser.write_some(text.data(), text.size(), error);
  if (!error && accepted < text.size()) accepted = std::min(text.find_first_not_of(" \t\r\n", accepted), text.size());
  if (!error && accepted < text.size()) {
    reading.problem("something stands behind the JSON", "one value and nothing behind it", reading.place(accepted));
    return {};
  }
  if (error == boost::json::error::too_deep) {
    reading.depth_allowed(kDeepest + 1, reading.place(accepted));
    return {};
  }
  if (error) {
    reading.problem(fmt::format("this is not JSON: {}", error.message()),
                    "strict JSON, without comments or trailing commas", reading.place(accepted));
    return {};
  }
  return Walker(reading).value(1);
}

}  // namespace oculus::config
