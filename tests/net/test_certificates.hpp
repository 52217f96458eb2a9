// A certificate authority of a test's own, in a directory of its own, made by the program openssl.
#pragma once

#include <openssl/ssl.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace oculus::net {

class TestCertificates {
 public:
  TestCertificates() {
    std::string pattern = (std::filesystem::temp_directory_path() / "oculus-tls-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
    directory_ = pattern;
    run("req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 100 -subj '/CN=Test CA' -keyout ca.key "
        "-out ca.pem");
  }
  ~TestCertificates() { std::filesystem::remove_all(directory_); }
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  [[nodiscard]] std::string ca_file() const { return directory_ / "ca.pem"; }

  /// For these names (as in `IP:127.0.0.1,DNS:localhost`), good for so many days.
  std::shared_ptr<SSL_CTX> server(const std::string& names, int days = 30) {
    run("req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj '/CN=server' -addext 'subjectAltName=" + names +
        "' -keyout server.key -out server.csr");
    run("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -copy_extensions copy -days " +
        std::to_string(days) + " -out server.pem");
    std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    const std::string certificate = directory_ / "server.pem";
    const std::string key = directory_ / "server.key";
    if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1 ||
        SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1)
      throw std::runtime_error("the test's certificate does not load");
    return context;
  }

 private:
  void run(const std::string& arguments) const {
    const std::string command = "cd " + directory_.string() + " && openssl " + arguments + " 2>openssl.log";
    if (std::system(command.c_str()) != 0) throw std::runtime_error("failed: openssl " + arguments);
  }
  std::filesystem::path directory_;
};

}  // namespace oculus::net
