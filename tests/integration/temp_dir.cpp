#include "integration/temp_dir.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <system_error>

namespace oculus::integration {

namespace fs = std::filesystem;

TempDir::TempDir() {
  std::string name = fs::temp_directory_path() / "oculus-integration-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::system_category(), name);
  path_ = name;
  fs::permissions(path_, fs::perms(0755));  // nginx's workers are another user
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string TempDir::write(std::string_view name, std::string_view text) const {
  const fs::path target = path_ / name;
  const fs::path aside = target.string() + "~";
  fs::create_directories(target.parent_path());
  std::ofstream out(aside, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw std::runtime_error("cannot write " + aside.string());
  fs::rename(aside, target);
  return target;
}

std::string TempDir::read(std::string_view name) const {
  std::ifstream in(path_ / name, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace oculus::integration
