// Runs in the build: writes Unicode's table of confusable characters (UTS #39) as a C++ source.
//
//   confusables OUT.cpp
//
// ICU is asked for the skeleton of every character. So the server has the table, 100 kB of it, and
// not ICU, which would be 36 MB more to install and 3 MB more of memory.
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

namespace {

constexpr UChar32 kLast = 0x10FFFF;

// What a character looks like, or nothing when it looks like itself.
icu::UnicodeString prototype_of(const USpoofChecker* checker, UChar32 point) {
  UErrorCode status = U_ZERO_ERROR;
  icu::UnicodeString skeleton;
  const icu::UnicodeString text(point);
  uspoof_getSkeletonUnicodeString(checker, 0, text, skeleton, &status);
  if (U_FAILURE(status) || skeleton == text) skeleton.remove();
  return skeleton;
}

std::string escaped(const std::string& utf8) {
  std::string out;
  for (const unsigned char byte : utf8) {
    char octal[5];
    std::snprintf(octal, sizeof octal, "\\%03o", byte);
    out += octal;
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  UErrorCode status = U_ZERO_ERROR;
  USpoofChecker* checker = uspoof_open(&status);
  const icu::Normalizer2* nfd = icu::Normalizer2::getNFDInstance(status);
  if (argc != 2 || U_FAILURE(status)) {
    std::cerr << "usage: confusables OUT.cpp; ICU says " << u_errorName(status) << "\n";
    return 1;
  }
  std::ofstream out(argv[1]);
  out << "#include \"core/signaling/model/confusables.h\"\n\n"
         "namespace visavis::signaling {\nnamespace {\n\nconstexpr Confusable kTable[] = {\n";
  std::map<std::string, std::size_t> offsets;
  std::string texts;
  for (UChar32 point = 0; point <= kLast; ++point) {
    // What decomposes is looked up in pieces.
    icu::UnicodeString pieces;
    if (U_IS_SURROGATE(point) || nfd->getDecomposition(point, pieces)) continue;
    std::string prototype;
    prototype_of(checker, point).toUTF8String(prototype);
    if (prototype.empty()) continue;
    const auto [known, is_new] = offsets.emplace(prototype, texts.size());
    if (is_new) texts += prototype;
    out << "{" << point << "," << known->second << "," << prototype.size() << "},\n";
  }
  out << "};\nconstexpr char kTexts[] =\n\"" << escaped(texts)
      << "\";\n\n}  // namespace\n\nstd::span<const Confusable> confusables() { return kTable; }\n"
         "std::string_view confusable_texts() { return {kTexts, sizeof kTexts - 1}; }\n\n"
         "}  // namespace visavis::signaling\n";
  uspoof_close(checker);
  out.close();
  return out.good() ? 0 : 1;
}
