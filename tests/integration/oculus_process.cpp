#include "integration/oculus_process.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <csignal>
#include <stdexcept>

#include "eventually.hpp"

namespace oculus::integration {
namespace {

namespace json = boost::json;

constexpr std::string_view kListens = "Oculus listens at ";

std::vector<std::string> command(std::string first, std::vector<std::string> words, std::vector<std::string> last) {
  std::vector<std::string> all{OCULUS_PROGRAM, std::move(first)};
  all.insert(all.end(), words.begin(), words.end());
  all.insert(all.end(), last.begin(), last.end());
  return all;
}

std::string text_of(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

Ended run_oculus(const TempDir& dir, std::vector<std::string> words) {
  words.insert(words.begin(), OCULUS_PROGRAM);
  return run({.command = std::move(words), .folder = dir.path()});
}

OculusProcess::OculusProcess(const TempDir& dir, std::vector<std::string> words)
    : process_({.command = command("serve", std::move(words), {"--server-port", "0"}), .folder = dir.path()}) {
  const auto listens = [&] {
    const std::string out = process_.out();
    const std::size_t begin = out.find(kListens);
    if (begin == std::string::npos) return !process_.running();
    const std::size_t end = out.find('\n', begin);
    if (end == std::string::npos) return false;
    url_ = out.substr(begin + kListens.size(), end - begin - kListens.size());
    return true;
  };
  if (!eventually(listens, kPatience) || url_.empty())
    throw std::runtime_error("oculus does not listen; it says: " + process_.err());
}

std::optional<int> OculusProcess::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

HttpAnswer OculusProcess::get(std::string_view path, std::vector<std::string> headers) const {
  return ask({.url = url_ + std::string(path), .headers = std::move(headers)});
}

HttpAnswer OculusProcess::send(std::string method, std::string_view path, std::string_view body) const {
  return ask({.method = std::move(method),
              .url = url_ + std::string(path),
              .headers = {"Content-Type: application/json"},
              .body = std::string(body)});
}

json::array OculusProcess::items(std::string_view path) const {
  const HttpAnswer answer = get(path);
  if (answer.status != 200) return {};  // refused for now; who waits asks again
  const json::value list = json::parse(answer.body);
  return list.at("items").as_array();
}

json::array OculusProcess::samples(std::string_view symbol) const {
  return items("/api/metrics?limit=10000&symbol=" + std::string(symbol));
}

json::object OculusProcess::latest(std::string_view symbol) const {
  const json::array found = items("/api/metrics?limit=1&symbol=" + std::string(symbol));
  return found.empty() ? json::object() : found.front().as_object();
}

bool OculusProcess::failed_with(std::string_view symbol, std::string_view reason) const {
  const json::object sample = latest(symbol);
  return !sample.empty() && !sample.at("success").as_bool() &&
         text_of(sample.at("tags").as_object(), "error") == reason;
}

bool OculusProcess::has_value(std::string_view symbol) const {
  const json::object sample = latest(symbol);
  return !sample.empty() && sample.at("success").as_bool() && sample.at("value").is_number();
}

std::size_t OculusProcess::events_saying(std::string_view words) const {
  const json::array events = items("/api/events?limit=1000");
  return static_cast<std::size_t>(std::ranges::count_if(events, [&](const json::value& event) {
    return text_of(event.as_object(), "message").find(words) != std::string::npos;
  }));
}

}  // namespace oculus::integration
