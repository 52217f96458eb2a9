#include "model/version.hpp"

namespace oculus {

std::string_view version() noexcept { return OCULUS_VERSION; }

}  // namespace oculus
