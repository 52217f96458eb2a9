#include "docs/sandbox.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "eventually.hpp"

namespace oculus::docs {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

bool needs_server(std::string_view command) {
  constexpr std::string_view kAsking[] = {"curl ", "oculus query", "oculus symbols", "oculus probe"};
  return std::ranges::any_of(kAsking, [&](std::string_view word) { return command.find(word) != command.npos; });
}

}  // namespace

Sandbox::Sandbox() {
  std::filesystem::create_directory(dir_.path() / "bin");
  std::filesystem::create_symlink(OCULUS_PROGRAM, dir_.path() / "bin" / "oculus");
  dir_.write(".curlrc", "silent\nfail-with-body\nmax-time = 20\n");  // an answer of 400 fails the example
}

integration::Ended Sandbox::run(std::string command) {
  if (!server_ && needs_server(command)) start_server();
  if (server_) {
    replace_all(command, "http://127.0.0.1:8080", server_->url());
    replace_all(command, "https://example.com/", server_->url() + "/");  // no test asks the world
  }
  const char* const path = std::getenv("PATH");
  return integration::run({.command = {"sh", "-c", std::move(command)},
                           .folder = dir_.path(),
                           .environment = {{"PATH", dir_.file("bin") + ":" + (path != nullptr ? path : "")},
                                           {"CURL_HOME", dir_.path().string()}}});
}

void Sandbox::start_server() {
  server_.emplace(dir_);  // with no configuration it watches its own page, and nothing of the world
  // Asked of the database: the examples shall find the rate limit as a stranger does.
  const auto measured = [&] {
    const std::string ask = "SELECT count(*) > 0 FROM metrics WHERE symbol = 'net.http.oculus.rtt' AND success";
    return integration::run_oculus(dir_, {"query", "--csv", ask}).out.ends_with("\n1\n");
  };
  if (!eventually(measured, integration::kPatience))
    throw std::runtime_error("no value arrives: " + server_->process().err());
}

}  // namespace oculus::docs
