# stepkv_step(NAME DECLARES what... [SOURCES file...])
#
# A step is a library `step_NAME` (its headers, and SOURCES if it has any) and
# one executable `NAME` made from its main.cc. What it declares (echo, store, concurrent) chooses the
# conformance cases that must pass; STEPKV_STEPS lists all steps for the
# tests and benchmarks.
set_property(GLOBAL PROPERTY STEPKV_STEPS "")

function(stepkv_step name)
  cmake_parse_arguments(ARG "" "" "DECLARES;SOURCES" ${ARGN})
  if(ARG_SOURCES)
    add_library(step_${name} STATIC ${ARG_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(step_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_link_libraries(step_${name} ${scope}
    stepkv_common stepkv_flags Threads::Threads)
  add_executable(${name} main.cc)
  target_link_libraries(${name} PRIVATE step_${name})
  set_target_properties(${name} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY STEPKV_STEPS ${name})
  set_property(GLOBAL PROPERTY STEPKV_DECLARES_${name} "${ARG_DECLARES}")
endfunction()
