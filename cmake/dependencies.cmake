# The small third-party libraries, as static or interface targets. XNNPACK has a file of its own.

# Real FFTs of any size that is a product of small primes, four at a time: with its SIMD scalar, every
# number of a transform is a vector of four.
add_library(kissfft STATIC "${DIVISI_KISSFFT_SOURCE}/kiss_fft.c"
                           "${DIVISI_KISSFFT_SOURCE}/kiss_fftr.c")
target_include_directories(kissfft SYSTEM PUBLIC "${DIVISI_KISSFFT_SOURCE}")
target_compile_definitions(kissfft PUBLIC USE_SIMD)
if(EMSCRIPTEN)
  # Its header includes <xmmintrin.h>, which Emscripten has for Wasm SIMD.
  target_compile_options(kissfft PUBLIC -msse)
endif()
# NDEBUG compiles its messages to stderr out: the core writes to no console.
target_compile_definitions(kissfft PRIVATE NDEBUG)
# -fno-math-errno -fno-trapping-math allow vectorising; results stay IEEE.
target_compile_options(kissfft PRIVATE -w -O3 -fno-math-errno -fno-trapping-math)

# SpeexDSP's polyphase sinc resampler: one file of the library, outside of the library.
add_library(speexdsp_resampler STATIC "${DIVISI_SPEEXDSP_SOURCE}/libspeexdsp/resample.c")
target_include_directories(speexdsp_resampler SYSTEM
                           PUBLIC "${DIVISI_SPEEXDSP_SOURCE}/include/speex")
target_include_directories(speexdsp_resampler PRIVATE "${DIVISI_SPEEXDSP_SOURCE}/libspeexdsp")
target_compile_definitions(
  speexdsp_resampler
  # The file is built alone: its header then renames the symbols with this prefix, for includers too.
  PUBLIC OUTSIDE_SPEEX RANDOM_PREFIX=divisi_speex
  # Float arithmetic; the other choice is 16-bit fixed point.
  PRIVATE FLOATING_POINT
          # One filter for every phase instead of interpolating between 32: seven times as fast, and
          # the error falls from -117 dB to -123 dB.
          RESAMPLE_FULL_SINC_TABLE)
# Without -ffast-math: its sums may depend on where a block lies in memory, and the same audio in
# other blocks must give the same bits. The inner loop keeps four sums, so it is fast as it is.
target_compile_options(speexdsp_resampler PRIVATE -w -O2)

# Loudness after EBU R 128: K-weighting, gating, loudness range and oversampled peaks.
add_library(ebur128 STATIC "${DIVISI_EBUR128_SOURCE}/ebur128/ebur128.c")
target_include_directories(ebur128 SYSTEM PUBLIC "${DIVISI_EBUR128_SOURCE}/ebur128")
# Its own copy of BSD's <sys/queue.h>, which not every C library has.
target_include_directories(ebur128 SYSTEM PRIVATE "${DIVISI_EBUR128_SOURCE}/ebur128/queue")
# In Wasm small rather than fast: a song is measured hundreds of times faster than it is separated.
target_compile_options(ebur128 PRIVATE -w $<IF:$<BOOL:${EMSCRIPTEN}>,-Oz,-O2>)

# JSON documents in model files. No exceptions: parse errors come back as a discarded value.
add_library(nlohmann_json INTERFACE)
target_include_directories(nlohmann_json SYSTEM INTERFACE "${DIVISI_JSON_SOURCE}/single_include")
target_compile_definitions(
  nlohmann_json
  INTERFACE JSON_NOEXCEPTION=1
            # No iostream operators: they cost 100 kB of Wasm and the core has no console.
            JSON_NO_IO=1)

# Half-precision weights to float32.
add_library(fp16 INTERFACE)
target_include_directories(fp16 SYSTEM INTERFACE "${DIVISI_FP16_SOURCE}/include")

# Integer division by constants, for pthreadpool and XNNPACK.
add_library(fxdiv INTERFACE)
target_include_directories(fxdiv SYSTEM INTERFACE "${DIVISI_FXDIV_SOURCE}/include")

# Every run is single-threaded (parallel work is a pool of Workers), so the library's own
# single-threaded stand-in serves natively as well and Wasm needs no thread support.
add_library(pthreadpool STATIC "${DIVISI_PTHREADPOOL_SOURCE}/src/shim.c")
target_include_directories(pthreadpool SYSTEM PUBLIC "${DIVISI_PTHREADPOOL_SOURCE}/include")
target_compile_options(pthreadpool PRIVATE -w -O2)
target_link_libraries(pthreadpool PRIVATE fxdiv)
