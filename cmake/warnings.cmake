# Every target of ours links stepkv_flags: warnings, and the sanitizers of the
# preset, once for all.
add_library(stepkv_flags INTERFACE)
target_compile_options(stepkv_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety -Werror=thread-safety>
  $<$<BOOL:${STEPKV_WERROR}>:-Werror>)
# "literal" + std::string makes gcc 12 see overlapping and endless copies that
# are not there (gcc bugs 105329 and 105651, mended in 13).
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION
   VERSION_LESS 13)
  target_compile_options(stepkv_flags INTERFACE
    -Wno-array-bounds -Wno-restrict -Wno-stringop-overflow)
endif()
target_include_directories(stepkv_flags INTERFACE ${PROJECT_SOURCE_DIR})
if(STEPKV_SANITIZE)
  target_compile_options(stepkv_flags INTERFACE
    -fsanitize=${STEPKV_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(stepkv_flags INTERFACE -fsanitize=${STEPKV_SANITIZE})
endif()
