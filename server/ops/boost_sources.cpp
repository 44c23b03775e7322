// The Boost libraries of this room that need compiling, compiled here: as headers they add no
// shared library to the binary's needs.
#include <boost/json/src.hpp>
#include <boost/url/src.hpp>
