// The certificates that are trusted, read once and kept warm. Its loop's thread; files are read on a worker.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "model/error.hpp"
#include "model/time.hpp"

struct x509_store_st;  // OpenSSL's X509_STORE

namespace oculus::net {

using CertificateStore = std::shared_ptr<x509_store_st>;

/// Reading the system's bundle costs some 20 ms of processor time: too much for a loop, and not to be blamed on the
/// first target.
class TrustStores {
 public:
  explicit TrustStores(boost::asio::io_context& loop);
  ~TrustStores();
  TrustStores(const TrustStores&) = delete;
  TrustStores& operator=(const TrustStores&) = delete;

  /// Begins to read the system's bundle, so that the first check over TLS finds it ready.
  void preload();

  /// The certificates of a PEM file; empty: the system's (`SSL_CERT_FILE`, then the usual places of the large
  /// distributions). A file that has changed is read again. Unavailable when there is none or it cannot be read,
  /// timed_out at the deadline.
  boost::asio::awaitable<Result<CertificateStore>> open(std::string file, Deadline deadline);

  /// Waits for the worker; nothing is read any more.
  void shutdown();

 private:
  struct Entry;
  std::shared_ptr<Entry> entry(const std::string& file);

  boost::asio::io_context& loop_;
  std::map<std::string, std::shared_ptr<Entry>> entries_;
  std::optional<boost::asio::thread_pool> worker_;  // one thread, made with the first file
};

}  // namespace oculus::net
