// The collector type `http` as the configuration knows it.
#include <utility>

#include "collect/kinds.hpp"
#include "collect/probe/http_probe.hpp"
#include "collect/probe/http_settings.hpp"
#include "collect/probe/never_run.hpp"
#include "net/http_url.hpp"

namespace oculus::collect {
namespace {

// A variable that was filled in may be a secret: it is shown by its name.
std::string shown_url(const CollectorSpec& spec, const std::string& url) {
  const config::Node* const node = spec.settings.node("url");
  if (node == nullptr || !node->expanded()) return net::without_credentials(url);
  const std::string& raw = node->raw;
  const auto user = raw.find("://");
  const auto at = user == std::string::npos ? user : raw.find('@', user);
  if (at == std::string::npos || at > raw.find('/', user + 3)) return raw;
  return raw.substr(0, user + 3) + raw.substr(at + 1);
}

std::unique_ptr<Collector> make_http_probe(const CollectorSpec& spec, const Parts& parts, config::Problems& problems) {
  const std::size_t before = problems.list().size();
  HttpProbeSettings settings = read_http_settings(spec.settings, problems);
  if (problems.list().size() > before) return nullptr;
  settings.name = spec.name;
  settings.shown_url = shown_url(spec, settings.url);
  for (const HttpField& field : http_series_fields(settings.url)) {
    auto series = spec.series("network.http", "net.http", settings.shown_url, field.name, field.unit, field.what);
    if (!series) {
      problems.add(std::move(series.error()));
      return nullptr;
    }
    settings.series.push_back(std::move(*series));
  }
  if (parts.loop == nullptr || parts.gate == nullptr) return make_never_run(std::move(settings.series));
  return make_http_probe(*parts.loop, *parts.gate, std::move(settings));
}

}  // namespace

const CollectorKind kHttpProbe = {"http", "status, time of every phase and certificate of a URL",
                                  std::chrono::seconds(10), http_fields(), make_http_probe};

}  // namespace oculus::collect
