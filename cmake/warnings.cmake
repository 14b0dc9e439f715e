# The warnings every target of our own is built with; third-party code is built with none.
add_library(divisi_warnings INTERFACE)
target_compile_options(divisi_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 sees overlapping copies in every "text" + std::string (its bug 105651).
  target_compile_options(divisi_warnings INTERFACE -Wno-restrict)
endif()
# Not under the sanitizers, whose instrumentation makes GCC warn about its own code.
if(DIVISI_WERROR AND NOT DIVISI_SANITIZE)
  target_compile_options(divisi_warnings INTERFACE -Werror)
endif()
