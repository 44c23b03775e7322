# The web app inside the binary.
#
# Included by a CMakeLists.txt: visavis_embed_assets(TARGET) adds to TARGET the files of VISAVIS_WEB_DIST as
# a generated source. Whether the app is built, and changed, is looked at in every build, not when CMake
# configures: the app may be built later. Without it a page that says so is embedded instead.
#
# As a script (cmake -P, in the build): generates the source where the app's files are not those of last time.

function(visavis_embed_assets target)
  set(VISAVIS_WEB_DIST ${CMAKE_SOURCE_DIR}/web/app/dist CACHE PATH "The built web app to embed")
  find_program(VISAVIS_NODE NAMES node DOC "Node, which compresses the web app's files")
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/assets)
  add_custom_target(${target}_files
    COMMAND ${CMAKE_COMMAND}
      -D DIST=${VISAVIS_WEB_DIST} -D NODE=${VISAVIS_NODE} -D OUT=${generated}
      -D PLACEHOLDER=${CMAKE_SOURCE_DIR}/server/ops/placeholder
      -D ENCODER=${CMAKE_SOURCE_DIR}/cmake/embed_assets.mjs
      -P ${CMAKE_SOURCE_DIR}/cmake/embed_assets.cmake
    BYPRODUCTS ${generated}/assets.cpp
    COMMENT "Looking at the web app's files" VERBATIM)
  target_sources(${target} PRIVATE ${generated}/assets.cpp)
  add_dependencies(${target} ${target}_files)
endfunction()

if(NOT CMAKE_SCRIPT_MODE_FILE)
  return()
endif()

# What the source is made of: every file's name and content, and this machinery itself.
set(input ${DIST})
set(encode TRUE)
if(NOT EXISTS ${DIST}/index.html)
  set(input ${PLACEHOLDER})
  set(encode FALSE)
endif()
file(GLOB_RECURSE files RELATIVE ${input} ${input}/*)
list(SORT files)
set(fingerprint "${encode}")
foreach(path IN LISTS files)
  file(SHA256 ${input}/${path} hash)
  string(APPEND fingerprint "\n${path} ${hash}")
endforeach()
foreach(path IN ITEMS ${CMAKE_CURRENT_LIST_FILE} ${ENCODER})
  file(SHA256 ${path} hash)
  string(APPEND fingerprint "\n${hash}")
endforeach()
if(EXISTS ${OUT}/fingerprint AND EXISTS ${OUT}/assets.cpp)
  file(READ ${OUT}/fingerprint known)
  if(known STREQUAL fingerprint)
    return()
  endif()
endif()

file(REMOVE_RECURSE ${OUT})
file(MAKE_DIRECTORY ${OUT})
if(encode)
  if(NOT NODE)
    message(FATAL_ERROR "The web app is built but Node is not found to compress it: set VISAVIS_NODE.")
  endif()
  execute_process(COMMAND ${NODE} ${ENCODER} ${input} ${OUT} RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "The web app's files could not be embedded.")
  endif()
else()
  # One page, as it is: this must work without Node.
  file(SHA256 ${PLACEHOLDER}/index.html hash)
  string(SUBSTRING ${hash} 0 32 hash)
  file(SIZE ${PLACEHOLDER}/index.html size)
  file(WRITE ${OUT}/assets.cpp "\
#include \"server/ops/assets.h\"

asm(R\"(
    .pushsection .rodata
    .globl visavis_assets
visavis_assets:
    .incbin \"${PLACEHOLDER}/index.html\"
    .popsection)\");
extern \"C\" const unsigned char visavis_assets[];

namespace visavis::ops {

std::span<const Asset> embedded_assets() {
  static const Asset kAssets[] = {
      {\"/index.html\", \"text/html; charset=utf-8\", \"${hash}\", false, {visavis_assets, ${size}}, {}, {}},
  };
  return kAssets;
}

}  // namespace visavis::ops
")
endif()
file(WRITE ${OUT}/fingerprint "${fingerprint}")
