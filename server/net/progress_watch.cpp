#include "server/net/progress_watch.h"

// The kernel's own header: libc's copy of tcp_info lacks the fields that are needed here.
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

namespace visavis::net {

SendProgress kernel_progress(int descriptor) {
  tcp_info info{};
  socklen_t size = sizeof info;
  int queued = 0;
  const bool known = ::getsockopt(descriptor, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
                     size >= offsetof(tcp_info, tcpi_bytes_acked) + sizeof info.tcpi_bytes_acked &&
                     ::ioctl(descriptor, SIOCOUTQ, &queued) == 0 && queued >= 0;
  if (!known) return {};
  return {.taken = info.tcpi_bytes_acked, .waiting = static_cast<std::uint64_t>(queued)};
}

bool ProgressWatch::is_stalled(const SendProgress& progress, Instant now, Duration patience) {
  if (progress.waiting == 0) {
    watching_ = false;
    return false;
  }
  if (!watching_ || progress.taken >= goal_) {
    watching_ = true;
    goal_ = progress.taken + std::min(progress.waiting, kBytesMin);
    since_ = now;
    return false;
  }
  return now - since_ >= patience;
}

}  // namespace visavis::net
