// From what was seen to what it means: pure, without I/O and clocks. One finding for each thing
// that was looked at, or one for each cause where something is wrong with it.
#pragma once

#include "server/doctor/finding.h"
#include "server/doctor/observations.h"

namespace visavis::doctor {

Findings diagnose(const Observations& seen);

// Its parts, in the order of the report.
void diagnose_reachability(const Observations& seen, Findings& findings);  // names, connections
void diagnose_certificate(const Observations& seen, Findings& findings);
void diagnose_pages(const Observations& seen, Findings& findings);  // HTTP, redirect, sub-path
void diagnose_proxy(const Observations& seen, Findings& findings);  // what came of the headers
void diagnose_websocket(const Observations& seen, Findings& findings);
void diagnose_stun(const Observations& seen, Findings& findings);
void diagnose_turn(const Observations& seen, Findings& findings);
void diagnose_clock(const Observations& seen, Findings& findings);
void diagnose_host(const Observations& seen, Findings& findings);

}  // namespace visavis::doctor
