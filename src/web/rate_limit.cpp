#include "web/rate_limit.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace oculus::web {
namespace {

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace

RateLimiter::RateLimiter(RateLimit limit, std::size_t clients)
    : per_token_(seconds(1 / limit.rate)),
      depth_(seconds((std::max(limit.burst, 1.0) - 1) / limit.rate)),
      clients_(clients) {}

std::optional<Clock::duration> RateLimiter::wait(const std::string& client, Clock::time_point now) const {
  const auto found = by_client_.find(client);
  if (found == by_client_.end() || found->second->full_at - now <= depth_) return std::nullopt;
  return found->second->full_at - now - depth_;
}

std::optional<Clock::duration> RateLimiter::take(const std::string& client, Clock::time_point now) {
  if (auto until = wait(client, now)) return until;
  if (const auto found = by_client_.find(client); found != by_client_.end()) {
    buckets_.splice(buckets_.begin(), buckets_, found->second);
  } else {
    buckets_.push_front({client, now});
    by_client_.emplace(buckets_.front().client, buckets_.begin());
    if (buckets_.size() > clients_) {
      by_client_.erase(buckets_.back().client);
      buckets_.pop_back();
    }
  }
  Bucket& bucket = buckets_.front();
  bucket.full_at = std::max(bucket.full_at, now) + per_token_;
  return std::nullopt;
}

std::string client_of(std::string_view text) {
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(text, failed);
  if (failed || address.is_v4()) return std::string(text);
  const auto v6 = address.to_v6();
  if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6).to_string();
  auto bytes = v6.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
  return boost::asio::ip::make_address_v6(bytes).to_string() + "/64";
}

}  // namespace oculus::web
