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

# stepkv_lab(NAME CAUGHT_BY check...)
#
# A step made wrong on purpose, from labs/NAME.cc: an executable lab_NN_NAME
# beside those of the steps. Each check is one that must find the mistake;
# tests/experiments/CMakeLists.txt says what there is and makes tests of them.
set_property(GLOBAL PROPERTY STEPKV_LABS "")

function(stepkv_lab name)
  cmake_parse_arguments(ARG "" "" "CAUGHT_BY" ${ARGN})
  get_filename_component(step ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  string(SUBSTRING ${step} 0 2 number)
  set(lab lab_${number}_${name})
  add_executable(${lab} labs/${name}.cc)
  target_link_libraries(${lab} PRIVATE step_${step})
  set_target_properties(${lab} PROPERTIES
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
  set_property(GLOBAL APPEND PROPERTY STEPKV_LABS ${lab})
  set_property(GLOBAL PROPERTY STEPKV_LAB_CAUGHT_BY_${lab} "${ARG_CAUGHT_BY}")
endfunction()
