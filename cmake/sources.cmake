# Where the third-party sources are: one variable each. `npm run setup` fetches pinned versions into
# .deps/sources (scripts/setup/pins.mjs); point a variable elsewhere to use a copy of your own.
function(divisi_source variable folder marker what)
  set(${variable}
      "${PROJECT_SOURCE_DIR}/.deps/sources/${folder}"
      CACHE PATH "Folder with the sources of ${what}")
  if(NOT EXISTS "${${variable}}/${marker}")
    message(
      FATAL_ERROR
        "The sources of ${what} are missing: ${${variable}}/${marker} does not exist.\n"
        "Run `npm run setup`, or configure with -D${variable}=FOLDER to use your own copy.")
  endif()
endfunction()

divisi_source(DIVISI_XNNPACK_SOURCE xnnpack include/xnnpack.h XNNPACK)
divisi_source(DIVISI_PTHREADPOOL_SOURCE pthreadpool include/pthreadpool.h pthreadpool)
divisi_source(DIVISI_FXDIV_SOURCE fxdiv include/fxdiv.h FXdiv)
divisi_source(DIVISI_FP16_SOURCE fp16 include/fp16.h FP16)
divisi_source(DIVISI_KISSFFT_SOURCE kissfft kiss_fftr.h KissFFT)
divisi_source(DIVISI_SPEEXDSP_SOURCE speexdsp libspeexdsp/resample.c SpeexDSP)
divisi_source(DIVISI_EBUR128_SOURCE libebur128 ebur128/ebur128.c libebur128)
divisi_source(DIVISI_JSON_SOURCE nlohmann-json single_include/nlohmann/json.hpp nlohmann-json)
if(DIVISI_BUILD_TESTS)
  divisi_source(DIVISI_GOOGLETEST_SOURCE googletest googletest/include/gtest/gtest.h GoogleTest)
endif()
if(NOT EMSCRIPTEN)
  divisi_source(DIVISI_CPUINFO_SOURCE cpuinfo include/cpuinfo.h cpuinfo)
endif()
if(EMSCRIPTEN)
  divisi_source(DIVISI_FLAC_SOURCE flac src/libFLAC/stream_decoder.c libFLAC)
  divisi_source(DIVISI_MINIAUDIO_SOURCE miniaudio miniaudio.h miniaudio)
endif()
