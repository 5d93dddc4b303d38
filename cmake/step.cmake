# stepkv_step(NAME DECLARES what... [SOURCES file...])
#
# A step is a header library `step_NAME` and one executable `NAME` made from
# its main.cc. What it declares (echo, store, concurrent) chooses the
# conformance cases that must pass; STEPKV_STEPS lists all steps for the
# tests and benchmarks.
set_property(GLOBAL PROPERTY STEPKV_STEPS "")

function(stepkv_step name)
  cmake_parse_arguments(ARG "" "" "DECLARES;SOURCES" ${ARGN})
  add_library(step_${name} INTERFACE)
  target_link_libraries(step_${name} INTERFACE stepkv_common Threads::Threads)
  add_executable(${name} main.cc ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE step_${name} stepkv_flags)
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/steps)
  set_property(GLOBAL APPEND PROPERTY STEPKV_STEPS ${name})
  set_property(GLOBAL PROPERTY STEPKV_DECLARES_${name} "${ARG_DECLARES}")
endfunction()
