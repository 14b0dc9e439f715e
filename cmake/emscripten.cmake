# Toolchain file of the Wasm presets: the Emscripten that `npm run setup` unpacked, or else the
# machine's own emcc. The unpacked one carries its configuration in itself (.emscripten beside emcc),
# so that no environment variable has to be set.
set(DIVISI_EMSCRIPTEN_LOCAL "${CMAKE_CURRENT_LIST_DIR}/../.deps/emscripten/usr/share/emscripten")

if(NOT DIVISI_EMSCRIPTEN_ROOT)
  if(EXISTS "${DIVISI_EMSCRIPTEN_LOCAL}/.emscripten")
    get_filename_component(DIVISI_EMSCRIPTEN_ROOT "${DIVISI_EMSCRIPTEN_LOCAL}" ABSOLUTE)
  else()
    find_program(DIVISI_EMCC emcc)
    if(NOT DIVISI_EMCC)
      message(FATAL_ERROR "Emscripten 3.1.69 or newer is missing: run `npm run setup`, or configure "
                          "with -DDIVISI_EMSCRIPTEN_ROOT=FOLDER (the folder of emcc.py).")
    endif()
    execute_process(
      COMMAND "${DIVISI_EMCC}" --version
      OUTPUT_VARIABLE DIVISI_EMCC_VERSION
      COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCH "[0-9]+\\.[0-9]+\\.[0-9]+" DIVISI_EMCC_VERSION "${DIVISI_EMCC_VERSION}")
    if(DIVISI_EMCC_VERSION VERSION_LESS 3.1.69)
      message(FATAL_ERROR "${DIVISI_EMCC} is Emscripten ${DIVISI_EMCC_VERSION}; 3.1.69 or newer is "
                          "needed: run `npm run setup`.")
    endif()
    get_filename_component(DIVISI_EMCC "${DIVISI_EMCC}" REALPATH)
    get_filename_component(DIVISI_EMSCRIPTEN_ROOT "${DIVISI_EMCC}" DIRECTORY)
    if(NOT EXISTS "${DIVISI_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")
      # Debian's wrapper in /usr/bin is not a link to the real place.
      set(DIVISI_EMSCRIPTEN_ROOT /usr/share/emscripten)
    endif()
  endif()
endif()
set(DIVISI_EMSCRIPTEN_ROOT "${DIVISI_EMSCRIPTEN_ROOT}" CACHE PATH "The folder of emcc.py")

include("${DIVISI_EMSCRIPTEN_ROOT}/cmake/Modules/Platform/Emscripten.cmake")

# The build tool keeps no environment, so every emcc is started with its own.
set(DIVISI_EMCC_LAUNCHER /usr/bin/env)
if(EXISTS /usr/bin/python3)
  # emcc is a Python script started for each of 700 files; the system's Python starts several times
  # faster than a version manager's shim that may stand before it on PATH.
  list(APPEND DIVISI_EMCC_LAUNCHER PYTHON=/usr/bin/python3)
endif()
foreach(language C CXX)
  set(CMAKE_${language}_COMPILER_LAUNCHER ${DIVISI_EMCC_LAUNCHER})
  set(CMAKE_${language}_LINKER_LAUNCHER ${DIVISI_EMCC_LAUNCHER}
                                        "EM_NODE_JS=${CMAKE_CURRENT_LIST_DIR}/emscripten_node.sh")
endforeach()
