// Whatever comes as the JSON body of a request: what is accepted is written back as the same.
#include <cstdint>

#include "config/node.hpp"
#include "require.hpp"

namespace {

using namespace oculus::config;

Node read(std::string_view text, Problems& problems) { return parse(text, Syntax::json, "body", nullptr, problems); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Problems problems;
  const Node node = read(text, problems);
  if (!problems.none()) return 0;
  const std::string written = to_json(node);
  const Node again = read(written, problems);
  require(problems.none());
  require(to_json(again) == written);
  require(count_nodes(again) == count_nodes(node));
  return 0;
}
