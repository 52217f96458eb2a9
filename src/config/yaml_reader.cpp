// YAML through the events of yaml-cpp, which know the place of everything and whether a scalar was quoted.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <optional>
#include <sstream>

#include "config/reading.hpp"
#include "config/scalar.hpp"

namespace oculus::config {
namespace {

struct Stop {};  // ends the parser from within a handler; the problem has been told

class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Reading& reading) : reading_(reading) {}

  Node take_root() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    stop("a second document begins here", "one document; `---` stands at most once, before it", place(mark));
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.place = place(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      stop("an alias stands inside the value that it repeats", "an anchor that ends before", place(mark));
    charge(found->second, place(mark));
    finish(Node(found->second), YAML::NullAnchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const Place at = place(mark);
    if (!reading_.charge(1, at)) throw Stop{};
    if (expects_key()) {
      take_key(value, at);
      return;
    }
    check_tag(tag, at);
    const bool plain = tag != "!" && tag != "tag:yaml.org,2002:str";
    const std::size_t offset = offset_of(mark);
    const char first = offset < reading_.source().text().size() ? reading_.source().text()[offset] : ' ';
    finish(
        reading_.scalar(plain ? core_kind(value) : Node::Kind::text, value, first == '"' || first == '\'', plain, at),
        anchor);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::list, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::optional<std::string> key = {};  // read, its value is next
    Place key_place = {};
    bool keep = true;  // false: the key stands twice and its value goes
    Reading::Keys keys = {};
  };

  [[nodiscard]] std::size_t offset_of(const YAML::Mark& mark) const {
    return reading_.source().offset(static_cast<std::size_t>(std::max(mark.line, 0)),
                                    static_cast<std::size_t>(std::max(mark.column, 0)));
  }
  [[nodiscard]] Place place(const YAML::Mark& mark) const { return reading_.place(offset_of(mark)); }

  [[noreturn]] void stop(std::string what, std::string_view expected, Place at) {
    reading_.problem(std::move(what), expected, std::move(at));
    throw Stop{};
  }
  void charge(const Node& copy, const Place& at) {
    if (!reading_.charge(count_nodes(copy), at)) throw Stop{};
  }
  void check_tag(const std::string& tag, const Place& at) {
    if (tag.empty() || tag == "!" || tag == "?") return;
    constexpr std::string_view kCore = "tag:yaml.org,2002:";
    for (const std::string_view known : {"str", "int", "float", "bool", "null", "seq", "map"})
      if (tag.starts_with(kCore) && tag.substr(kCore.size()) == known) return;
    stop(fmt::format("the tag {} is not known", in_quotes(tag)), "a value without a tag", at);
  }

  [[nodiscard]] bool expects_key() const {
    return !open_.empty() && open_.back().node.kind == Node::Kind::map && !open_.back().key;
  }
  void take_key(const std::string& key, const Place& at) {
    Frame& frame = open_.back();
    frame.keep = reading_.add_key(frame.keys, key, at);
    frame.key = key;
    frame.key_place = at;
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    const Place at = place(mark);
    check_tag(tag, at);
    if (expects_key())
      stop("a list or map cannot be a key", "a text as key; quote texts that begin with { or [ or hold ${…}", at);
    if (!reading_.charge(1, at) || !reading_.depth_allowed(open_.size() + 1, at)) throw Stop{};
    Frame frame;
    frame.node.kind = kind;
    frame.node.place = at;
    frame.anchor = anchor;
    open_.push_back(std::move(frame));
  }
  void close() {
    Frame frame = std::move(open_.back());
    open_.pop_back();
    finish(std::move(frame.node), frame.anchor);
  }

  void finish(Node node, YAML::anchor_t anchor) {
    if (expects_key()) {
      const Place at = node.place;
      if (!node.is_scalar()) stop("a key is missing or is no text", "a text as key", at);
      take_key(node.raw, at);  // an alias as key
      return;
    }
    if (anchor != YAML::NullAnchor) {
      charge(node, node.place);  // the copy kept for aliases counts: nested anchors would multiply otherwise
      anchors_.insert_or_assign(anchor, node);
    }
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    Frame& frame = open_.back();
    if (frame.node.kind == Node::Kind::list) {
      frame.node.items.push_back(std::move(node));
      return;
    }
    node.key_place = frame.key_place;
    if (frame.keep) frame.node.map.emplace_back(std::move(*frame.key), std::move(node));
    frame.key.reset();
  }

  Reading& reading_;
  Node root_;
  std::vector<Frame> open_;
  std::unordered_map<YAML::anchor_t, Node> anchors_;
  int documents_ = 0;
};

/// yaml-cpp's own words, where they help; the commonest slip with `${…}` gets ours.
std::string hint(const Reading& reading, int line) {
  const std::string_view text = reading.source().line(line);
  if (text.find("${") != std::string_view::npos) return "quotes around texts that hold ${…} inside { } or [ ]";
  if (text.find('\t') != std::string_view::npos) return "spaces for indentation, not tabs";
  return "YAML; texts that hold : # { } [ ] , or begin with * & ! % @ ` are quoted";
}

}  // namespace

Node read_yaml(Reading& reading) {
  TreeBuilder builder(reading);
  try {
    std::istringstream stream{std::string(reading.source().text())};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Stop&) {
    return {};
  } catch (const YAML::Exception& error) {
    const bool known = !error.mark.is_null();
    const Place at =
        known ? reading.place(reading.source().offset(static_cast<std::size_t>(std::max(error.mark.line, 0)),
                                                      static_cast<std::size_t>(std::max(error.mark.column, 0))))
              : reading.place(0);
    reading.problem(fmt::format("this is not YAML: {}", error.msg), hint(reading, at.line), at);
    return {};
  }
  return builder.take_root();
}

}  // namespace oculus::config
