#include "net/proxy_environment.hpp"

#include <cstdlib>

namespace oculus::net {
namespace {

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

}  // namespace

bool environment_names_proxy(const std::string& scheme) {
  if (is_set("all_proxy") || is_set("ALL_PROXY")) return true;
  return scheme == "https" ? is_set("https_proxy") || is_set("HTTPS_PROXY") : is_set("http_proxy");
}

}  // namespace oculus::net
