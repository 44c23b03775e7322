#include "server/services/hairpin_ring.h"

#include <cassert>
#include <cstring>
#include <type_traits>

namespace visavis::services {
namespace {

constexpr std::uint32_t kSkipToStart = UINT32_MAX;  // no record fits before the buffer's end
constexpr std::size_t kAlignment = 16;

constexpr std::size_t aligned(std::size_t size) {
  return (size + kAlignment - 1) & ~(kAlignment - 1);
}

}  // namespace

// Stands before each packet's data.
struct HairpinRing::Record {
  std::uint32_t data_bytes;  // first, so that a mark fits where a record does not
  turn::CallKey call;
  TransportAddress from;
  TransportAddress to;
};

HairpinRing::HairpinRing() : buffer_(new std::uint8_t[kBytes]) {
  static_assert(std::is_trivially_copyable_v<Record>);
}

bool HairpinRing::push(const turn::Hairpin& hairpin) {
  const std::size_t size = aligned(sizeof(Record) + hairpin.data.size());
  const std::size_t to_end = kBytes - writer_.position % kBytes;
  const std::size_t skipped = size > to_end ? to_end : 0;
  const auto has_room = [&] {
    return kBytes - (writer_.position - writer_.released_seen) >= skipped + size;
  };
  if (!has_room()) {
    writer_.released_seen = released_.load(std::memory_order_acquire);
    if (!has_room()) return false;
  }
  if (skipped > 0) {
    std::memcpy(at(writer_.position), &kSkipToStart, sizeof kSkipToStart);
    writer_.position += skipped;
  }
  const Record record{.data_bytes = static_cast<std::uint32_t>(hairpin.data.size()),
                      .call = hairpin.call,
                      .from = hairpin.from,
                      .to = hairpin.to};
  std::uint8_t* const place = at(writer_.position);
  std::memcpy(place, &record, sizeof record);
  if (!hairpin.data.empty()) {
    std::memcpy(place + sizeof record, hairpin.data.data(), hairpin.data.size());
  }
  writer_.position += size;
  return true;
}

bool HairpinRing::publish() {
  if (writer_.position == writer_.published) return false;
  writer_.published = writer_.position;
  pushed_.store(writer_.position, std::memory_order_release);
  return true;
}

std::optional<HairpinRing::Packet> HairpinRing::next() {
  if (reader_.position == reader_.pushed_seen) {
    reader_.pushed_seen = pushed_.load(std::memory_order_acquire);
    if (reader_.position == reader_.pushed_seen) return std::nullopt;
  }
  std::uint32_t data_bytes = 0;
  std::memcpy(&data_bytes, at(reader_.position), sizeof data_bytes);
  if (data_bytes == kSkipToStart) reader_.position += kBytes - reader_.position % kBytes;
  // A mark never comes without the record that did not fit.
  assert(reader_.position < reader_.pushed_seen);
  std::uint8_t* const place = at(reader_.position);
  Record record;
  std::memcpy(&record, place, sizeof record);
  reader_.position += aligned(sizeof record + record.data_bytes);
  const MutableByteView bytes{place, sizeof record + record.data_bytes};
  return Packet{.hairpin = {record.call, record.from, record.to, bytes.subspan(sizeof record)},
                .bytes = bytes};
}

void HairpinRing::release() { released_.store(reader_.position, std::memory_order_release); }

}  // namespace visavis::services
