// A network of its own for the calling thread, so that a test decides who may ping and who answers. Linux, with
// privileges.
#pragma once

#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <string>

namespace oculus::net {

/// What /proc/sys/net holds; it is that of the calling thread's network.
inline bool set_sysctl(const std::string& name, const std::string& value) {
  std::ofstream out("/proc/sys/net/" + name);
  return static_cast<bool>(out << value << std::flush);
}

/// Moves the calling thread into a new network that has only loopback, up. False where this is not permitted.
inline bool enter_own_network() {
  if (unshare(CLONE_NEWNET) != 0) return false;
  const int control = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ifreq loopback{};
  std::strcpy(loopback.ifr_name, "lo");
  loopback.ifr_flags = IFF_UP;
  const bool up = ioctl(control, SIOCSIFFLAGS, &loopback) == 0;
  close(control);
  return up;
}

/// Takes CAP_NET_RAW from the calling thread for good.
inline bool drop_raw_sockets() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  __user_cap_data_struct data[2] = {};
  if (syscall(SYS_capget, &header, data) != 0) return false;
  data[0].effective &= ~(1U << CAP_NET_RAW);
  data[0].permitted &= ~(1U << CAP_NET_RAW);
  return syscall(SYS_capset, &header, data) == 0;
}

}  // namespace oculus::net
