# A room of the house: one static library and, beside its sources, its unit tests.
#
#   visavis_room(core_websocket
#     SOURCES decoder.cpp encoder.cpp
#     TESTS decoder_test.cpp
#     USES core_base            # rooms and libraries; headers of a room that appear in ours
#     PRIVATELY OpenSSL::Crypto # libraries that only our .cpp files see
#     PCH <string> <vector>)
function(visavis_room name)
  cmake_parse_arguments(ROOM "" "" "SOURCES;TESTS;USES;PRIVATELY;PCH" ${ARGN})
  add_library(${name} STATIC ${ROOM_SOURCES})
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC ${ROOM_USES} PRIVATE ${ROOM_PRIVATELY})
  if(ROOM_PCH)
    target_precompile_headers(${name} PRIVATE ${ROOM_PCH})
  endif()
  if(VISAVIS_TESTS AND ROOM_TESTS)
    add_executable(${name}_test ${ROOM_TESTS})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_PRIVATELY} GTest::gmock GTest::gtest_main)
    if(name MATCHES "^core_")
      # They run for milliseconds and compile for half a minute each with sanitizers and -O1. (Those of the
      # server's rooms share precompiled headers, which must be made with the same options.)
      target_compile_options(${name}_test PRIVATE -O0)
    endif()
    if(name MATCHES "^server_")
      if(NOT TARGET server_tests)
        add_custom_target(server_tests)
      endif()
      add_dependencies(server_tests ${name}_test)
    endif()
    gtest_discover_tests(${name}_test TEST_PREFIX ${name}. DISCOVERY_TIMEOUT 60)
  endif()
endfunction()
