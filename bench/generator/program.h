// What the programs that generate load have in common.
#pragma once

#include <map>
#include <string>

namespace visavis::bench {

using Figures = std::map<std::string, double>;

// One line of JSON on standard output.
void print(const Figures& figures);

// As many open files as the system allows: every client has a socket.
void raise_file_limit();

}  // namespace visavis::bench
