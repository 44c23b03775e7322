// A ledger for one thread: of a server that is alone, and in tests.
#pragma once

#include "core/turn/basic_ledger.h"

namespace visavis::turn {

struct NoMutex {
  void lock() {}
  void unlock() {}
};

using LocalLedger = BasicLedger<PlainCell, NoMutex>;

}  // namespace visavis::turn
