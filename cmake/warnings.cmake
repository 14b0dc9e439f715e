# The warnings every target of our own is built with; third-party code is built with none.
add_library(divisi_warnings INTERFACE)
target_compile_options(divisi_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion)
if(DIVISI_WERROR)
  target_compile_options(divisi_warnings INTERFACE -Werror)
endif()
