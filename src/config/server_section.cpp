#include <fmt/format.h>

#include <algorithm>

#include "config/address_text.hpp"
#include "config/config_fields.hpp"
#include "config/config_sections.hpp"
#include "config/scalar.hpp"

namespace oculus::config {
namespace {

/// The address as it was meant, with its place; loopback where it is none, so that it is complained of once.
Sources::Written read_bind(const Settings& server, const Sources& sources) {
  const std::string usual = ServerConfig{}.bind;
  const Node* const written = server.node("bind");
  auto bind = sources.stronger(sources.overrides.bind, "OCULUS_SERVER_BIND");
  const bool of_file = !bind;
  if (of_file && written != nullptr && written->unresolved) return {usual, written->place};
  if (of_file) bind = {*server.text("bind"), server.has("bind") ? written->place : Place{}};
  if (is_address(bind->text)) return *bind;
  const bool of_variable = of_file && written != nullptr && written->expanded();
  sources.problem(fmt::format("{} is no address to bind to", of_variable ? describe(*written) : in_quotes(bind->text)),
                  "an IPv4 or IPv6 address, such as 127.0.0.1, 0.0.0.0 or ::1", bind->place);
  return {usual, bind->place};
}

std::uint16_t read_port(const Settings& server, const Sources& sources) {
  if (const auto port = sources.stronger(sources.overrides.port, "OCULUS_SERVER_PORT")) {
    if (const auto number = to_integer(port->text); number && *number >= 0 && *number <= 65535)
      return static_cast<std::uint16_t>(*number);
    sources.problem(fmt::format("{} is no port", in_quotes(port->text)), "1 to 65535, or 0 to let the system choose",
                    port->place);
  }
  return static_cast<std::uint16_t>(*server.integer("port"));
}

void read_access(const Settings& server, const Sources::Written& bind, const Sources& sources, ServerConfig& out) {
  out.token = server.text("token").value_or("");
  if (std::ranges::any_of(out.token, [](char c) { return c <= ' ' || c == 0x7f; }))
    sources.problem("the token of the server holds a blank or a control character",
                    "visible characters only: it travels in a header", server.place("token"));
  out.auth_none = server.text("auth") == "none";
  const Node* const token = server.node("token");
  const bool pending = token != nullptr && token->unresolved;
  if (!is_loopback(out.bind) && out.token.empty() && !out.auth_none && !pending)
    sources.problem(fmt::format("anybody who reaches {} could use Oculus: there is no token", out.bind),
                    "set server.token, or write server.auth: none",
                    bind.place.file.empty() ? server.place() : bind.place);
}

std::optional<RateLimit> read_rate_limit(const Settings& server, const Sources& sources) {
  const Node* const node = server.node("rate_limit");
  if (node == nullptr || node->kind == Node::Kind::null) return RateLimit{};
  if (node->is_scalar() && node->text == "off") return std::nullopt;
  if (node->kind != Node::Kind::map) {
    sources.problem(fmt::format("server.rate_limit is {}", describe(*node)), "{ rate: 10, burst: 20 }, or off",
                    node->place);
    return RateLimit{};
  }
  const Settings limit = Settings::read(*node, rate_limit_fields(), "server.rate_limit", sources.problems);
  return RateLimit{*limit.number("rate"), *limit.number("burst")};
}

}  // namespace

ServerConfig read_server(const Settings& server, const Sources& sources) {
  ServerConfig out;
  const Sources::Written bind = read_bind(server, sources);
  out.bind = bind.text;
  out.port = read_port(server, sources);
  read_access(server, bind, sources, out);
  sources.check_each(server, "cors", is_origin, "origin", "an origin, such as https://app.example.com");
  sources.check_each(server, "hosts", is_host, "host", "a host name or address, without scheme and path");
  out.hosts = server.texts("hosts");
  out.cors = server.texts("cors");
  out.rate_limit = read_rate_limit(server, sources);
  out.shutdown_timeout = *server.duration("shutdown_timeout");
  out.api_env = server.texts("api_env");
  out.head_timeout = *server.duration("head_timeout");
  out.body_limit = static_cast<std::size_t>(*server.integer("body_limit"));
  out.max_connections = static_cast<std::size_t>(*server.integer("max_connections"));
  return out;
}

}  // namespace oculus::config
