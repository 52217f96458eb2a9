#include "integration/servers.hpp"

#include <fmt/format.h>

#include <csignal>
#include <stdexcept>

#include "eventually.hpp"
#include "integration/loopback.hpp"

namespace oculus::integration {
namespace {

constexpr std::string_view kNginx = R"(
daemon off; master_process off; pid nginx.pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off; keepalive_timeout 5s;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  server {{
    listen 127.0.0.1:{};
    listen 127.0.0.1:{} ssl http2;
    ssl_certificate server.pem; ssl_certificate_key server.key;
    location / {{ default_type text/plain; return 200 "hello over $server_protocol\n"; }}
    location /teapot {{ return 418; }}
    location /moved {{ return 302 /; }}
  }}
}}
)";

void openssl(const TempDir& dir, std::vector<std::string> words) {
  words.insert(words.begin(), "openssl");
  const Ended made = run({.command = std::move(words), .folder = dir.path()});
  if (made.status != 0) throw std::runtime_error("openssl: " + made.err);
}

/// A CA in ca.pem, and a certificate of it that is good for 30 days in server.pem.
void make_certificates(const TempDir& dir) {
  openssl(dir, {"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "60",
                "-subj", "/CN=Oculus test CA", "-keyout", "ca.key", "-out", "ca.pem"});
  openssl(dir, {"req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost",
                "-keyout", "server.key", "-out", "server.csr"});
  dir.write("names", "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  openssl(dir, {"x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days",
                "30", "-extfile", "names", "-out", "server.pem"});
}

void await(Process& process, std::uint16_t port, const char* name) {
  if (!eventually([&] { return answers(port) || !process.running(); }, kPatience) || !process.running())
    throw std::runtime_error(fmt::format("{} does not listen: {}{}", name, process.out(), process.err()));
}

}  // namespace

Nginx::Nginx() : http_port_(free_port()), https_port_(free_port()) {
  make_certificates(dir_);
  dir_.write("nginx.conf", fmt::format(fmt::runtime(kNginx), http_port_, https_port_));
  start();
}

std::string Nginx::http() const { return fmt::format("http://127.0.0.1:{}", http_port_); }
std::string Nginx::https() const { return fmt::format("https://127.0.0.1:{}", https_port_); }

void Nginx::start() {
  const std::string folder = dir_.path().string() + "/";
  process_ = std::make_unique<Process>(
      Launch{.command = {"/usr/sbin/nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"}, .folder = folder});
  await(*process_, https_port_, "nginx");
}

void Nginx::stop() {
  process_->signal(SIGTERM);
  (void)process_->wait();
  process_.reset();
}

Redis::Redis()
    : port_(free_port()),
      process_({.command = {"redis-server", "--port", std::to_string(port_), "--bind", "127.0.0.1", "--save", "",
                            "--appendonly", "no"},
                .folder = dir_.path()}) {
  await(process_, port_, "redis");
}

}  // namespace oculus::integration
