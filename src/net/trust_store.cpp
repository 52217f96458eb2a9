#include "net/trust_store.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdlib>
#include <utility>
#include <vector>

namespace asio = boost::asio;

namespace oculus::net {
namespace {

constexpr std::string_view kUsualPlaces[] = {
    "/etc/ssl/certs/ca-certificates.crt",                 // Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  // Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",                   // older RHEL
    "/etc/ssl/ca-bundle.pem",                             // openSUSE
    "/etc/ssl/cert.pem",                                  // Alpine
};

using Stamp = std::pair<std::int64_t, std::int64_t>;

Stamp changed_at(const std::string& file) {
  struct stat facts{};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec};
}

Result<std::string> system_bundle() {
  if (const char* const named = std::getenv("SSL_CERT_FILE"); named != nullptr && *named != '\0') return named;
  for (const std::string_view place : kUsualPlaces)
    if (::access(place.data(), R_OK) == 0) return std::string(place);
  return failure(ErrorKind::unavailable, fmt::format("no CA bundle was found at {}", fmt::join(kUsualPlaces, ", ")),
                 "install the package ca-certificates, or name a bundle in SSL_CERT_FILE or `ca_file`");
}

Result<CertificateStore> read(const std::string& file) {
  CertificateStore store(X509_STORE_new(), X509_STORE_free);
  ERR_clear_error();
  if (store == nullptr || X509_STORE_load_file(store.get(), file.c_str()) != 1) {
    const char* const why = ERR_reason_error_string(ERR_peek_error());
    return failure(ErrorKind::unavailable,
                   fmt::format("the certificates in {} cannot be read: {}", file, why != nullptr ? why : "none found"),
                   "a readable PEM file");
  }
  X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);  // as curl has it
  return store;
}

// In the list for as long as it lives, however its coroutine ends.
class Waiting {
 public:
  Waiting(std::vector<asio::steady_timer*>& list, asio::steady_timer& timer) : list_(list), timer_(timer) {
    list_.push_back(&timer);
  }
  ~Waiting() { std::erase(list_, &timer_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  std::vector<asio::steady_timer*>& list_;
  asio::steady_timer& timer_;
};

}  // namespace

// Shared with the worker's answer, which may come after the file was looked at anew.
struct TrustStores::Entry {
  Stamp changed;
  std::optional<Result<CertificateStore>> store;  // empty: being read
  std::vector<asio::steady_timer*> waiting;       // of those who asked meanwhile; each with its own deadline

  void arrived(Result<CertificateStore> result) {
    store = std::move(result);
    for (asio::steady_timer* const timer : waiting) timer->cancel();
  }
};

TrustStores::TrustStores(asio::io_context& loop) : loop_(loop) {}

TrustStores::~TrustStores() { shutdown(); }

void TrustStores::shutdown() {
  if (!worker_) return;
  worker_->stop();
  worker_->join();
  worker_.reset();
}

void TrustStores::preload() {
  if (auto file = system_bundle()) entry(*file);
}

std::shared_ptr<TrustStores::Entry> TrustStores::entry(const std::string& file) {
  auto& known = entries_[file];
  const Stamp now = changed_at(file);
  if (known && (!known->store || (known->changed == now && known->store->has_value()))) return known;
  known = std::make_shared<Entry>(Entry{now, std::nullopt, {}});
  if (!worker_) worker_.emplace(1);
  asio::post(*worker_, [&loop = loop_, file, fresh = known] {
    asio::post(loop, [fresh, store = read(file)]() mutable { fresh->arrived(std::move(store)); });
  });
  return known;
}

asio::awaitable<Result<CertificateStore>> TrustStores::open(std::string file, Deadline deadline) {
  if (file.empty()) {
    auto system = system_bundle();
    if (!system) co_return std::unexpected(std::move(system.error()));
    file = std::move(*system);
  }
  const auto wanted = entry(file);
  if (!wanted->store) {
    asio::steady_timer timer(loop_, deadline);
    const Waiting waiting(wanted->waiting, timer);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (wanted->store) co_return *wanted->store;
  co_return failure(ErrorKind::timed_out, fmt::format("reading the certificates in {} took too long", file));
}

}  // namespace oculus::net
