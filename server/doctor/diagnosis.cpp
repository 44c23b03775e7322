#include "server/doctor/diagnosis.h"

namespace visavis::doctor {

Findings diagnose(const Observations& seen) {
  Findings findings;
  for (const auto part :
       {diagnose_reachability, diagnose_certificate, diagnose_pages, diagnose_proxy,
        diagnose_websocket, diagnose_stun, diagnose_turn, diagnose_clock, diagnose_host}) {
    part(seen, findings);
  }
  return findings;
}

}  // namespace visavis::doctor
