# ctest reads this file at its start: it builds what is out of date, so that
# `cmake --preset release && ctest --preset release` is all there is to know
# and no test runs against yesterday's binary. A build that fails fails ctest.
cmake_host_system_information(RESULT cores QUERY NUMBER_OF_LOGICAL_CORES)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/CTestCustom.cmake @ONLY CONTENT [[
set(CTEST_CUSTOM_PRE_TEST
  "\"@CMAKE_COMMAND@\" --build \"@CMAKE_BINARY_DIR@\" --parallel @cores@")
]])
