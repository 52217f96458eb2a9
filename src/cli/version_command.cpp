#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <spdlog/version.h>
#include <sqlite3.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include "cli/commands.hpp"
#include "model/version.hpp"

namespace oculus::cli {
namespace {

/// `10801` in base 100, as Boost and fmt count.
std::string decimal_version(int number, int middle, int low) {
  return fmt::format("{}.{}.{}", number / (middle * low), number / low % middle, number % low);
}

std::string compiler() {
#if defined(__clang__)
  return fmt::format("clang {}", __clang_version__);
#else
  return fmt::format("g++ {}", __VERSION__);
#endif
}

}  // namespace

int version(Console& console) {
  console.print(fmt::format("oculus {}\n", oculus::version()));
  console.print(fmt::format("compiler  {}\n", compiler()));
  console.print(fmt::format("libraries Boost {}, curl {}, {}, SQLite {}, zlib {}, fmt {}, spdlog {}.{}.{}, CLI11 {}\n",
                            decimal_version(BOOST_VERSION, 1000, 100), curl_version_info(CURLVERSION_NOW)->version,
                            OpenSSL_version(OPENSSL_VERSION), sqlite3_libversion(), zlibVersion(),
                            decimal_version(FMT_VERSION, 100, 100), SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR,
                            SPDLOG_VER_PATCH, CLI11_VERSION));
  return kGood;
}

}  // namespace oculus::cli
