// The Asio side of Loop, for the sources that do I/O on it.
#pragma once

#include <boost/asio/io_context.hpp>

#include "net/loop.hpp"

namespace oculus::net {

boost::asio::io_context& context(Loop& loop) noexcept;

}  // namespace oculus::net
