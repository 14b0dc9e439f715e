# XNNPACK as one static library, natively (x86-64 up to AVX2) and for Wasm.
#
# Its own CMakeLists.txt knows no Wasm, downloads what it misses and runs Python on every configure,
# so the library is listed here: all operator and subgraph sources plus the microkernels that
# XNNPACK's generated lists call production ones for the target.
set(DIVISI_XNNPACK_LIBRARY
    ""
    CACHE FILEPATH "A libxnnpack.a built earlier by this recipe, to be used instead of building it")

function(divisi_xnnpack_family target family flags)
  include("${DIVISI_XNNPACK_SOURCE}/cmake/gen/${family}_microkernels.cmake")
  string(TOUPPER "${family}" upper)
  set(files ${PROD_${upper}_MICROKERNEL_SRCS})
  list(TRANSFORM files PREPEND "${DIVISI_XNNPACK_SOURCE}/")
  separate_arguments(flags)
  # As in XNNPACK's own build: sqrtf and friends need not set errno, so that they compile inline.
  set_source_files_properties(${files} PROPERTIES COMPILE_OPTIONS "-fno-math-errno;${flags}")
  target_sources(${target} PRIVATE ${files})
endfunction()

# Keeps what no model uses out of the link: headers with macros, included ahead of XNNPACK's sources.
function(divisi_xnnpack_float_only header)
  file(GLOB files ${ARGN})
  set_source_files_properties(
    ${files} PROPERTIES COMPILE_OPTIONS "-include;${header}" OBJECT_DEPENDS "${header}")
endfunction()

function(divisi_xnnpack_build target)
  file(
    GLOB
    files
    "${DIVISI_XNNPACK_SOURCE}/src/*.c"
    "${DIVISI_XNNPACK_SOURCE}/src/configs/*.c"
    "${DIVISI_XNNPACK_SOURCE}/src/enums/*.c"
    "${DIVISI_XNNPACK_SOURCE}/src/operators/*.c"
    "${DIVISI_XNNPACK_SOURCE}/src/reference/*.cc"
    "${DIVISI_XNNPACK_SOURCE}/src/subgraph/*.c"
    "${DIVISI_XNNPACK_SOURCE}/src/tables/*.c")
  list(REMOVE_ITEM files "${DIVISI_XNNPACK_SOURCE}/src/im2col.c")  # for its benchmarks only
  set(float_only "${PROJECT_SOURCE_DIR}/cmake/xnnpack/float_only")
  divisi_xnnpack_float_only("${float_only}/configs.h" "${DIVISI_XNNPACK_SOURCE}/src/operators/*.c")
  divisi_xnnpack_float_only("${float_only}/operators.h" "${DIVISI_XNNPACK_SOURCE}/src/subgraph/*.c")
  divisi_xnnpack_float_only("${float_only}/transposes.h"
                            "${DIVISI_XNNPACK_SOURCE}/src/configs/transpose-config.c")
  add_library(${target} STATIC ${files} "${PROJECT_SOURCE_DIR}/cmake/xnnpack/build_identifier.c")

  if(EMSCRIPTEN)
    divisi_xnnpack_family(${target} scalar "-ffp-contract=off")
    divisi_xnnpack_family(${target} wasm "")
    divisi_xnnpack_family(${target} wasmsimd "")
    if(DIVISI_WASM_RELAXED_SIMD)
      divisi_xnnpack_family(${target} wasmrelaxedsimd "")
    endif()
    # Two generated Wasm files include <arm_neon.h> by mistake.
    target_include_directories(${target} BEFORE
                               PRIVATE "${PROJECT_SOURCE_DIR}/cmake/xnnpack/wasm")
  else()
    # -mno-* as upstream: the next family's instructions must not slip in.
    divisi_xnnpack_family(${target} scalar "-ffp-contract=off")
    divisi_xnnpack_family(${target} sse "-msse -mno-sse2")
    divisi_xnnpack_family(${target} sse2 "-msse2 -mno-sse3")
    divisi_xnnpack_family(${target} ssse3 "-mssse3 -mno-sse4.1")
    divisi_xnnpack_family(${target} sse41 "-msse4.1 -mno-sse4.2")
    divisi_xnnpack_family(${target} avx "-mavx -mno-avx2 -mno-fma -mno-f16c")
    divisi_xnnpack_family(${target} f16c "-mf16c -mno-avx2 -mno-fma")
    divisi_xnnpack_family(${target} fma3 "-mf16c -mfma -mno-avx2")
    divisi_xnnpack_family(${target} avx2 "-mf16c -mfma -mavx2")
  endif()

  target_include_directories(${target} PRIVATE "${DIVISI_XNNPACK_SOURCE}/src"
                                               "${DIVISI_XNNPACK_SOURCE}/include")
  # What this build has (1) and has not (0); every name is tested with #if in its sources.
  target_compile_definitions(
    ${target}
    PRIVATE XNN_LOG_LEVEL=0  # no messages: the core writes to no console
            # Plans where activations live, so that they share memory.
            XNN_ENABLE_MEMOPT=1
            # Picks the kernel for the number of rows at hand.
            XNN_ENABLE_GEMM_M_SPECIALIZATION=1
            # One kind of core: kernels are not switched between big and little ones.
            XNN_MAX_UARCH_TYPES=1
            XNN_ENABLE_SPARSE=0
            XNN_ENABLE_DWCONV_MULTIPASS=0
            XNN_ENABLE_ASSEMBLY=0
            XNN_ENABLE_JIT=0
            XNN_ENABLE_KLEIDIAI=0
            XNN_ENABLE_HVX=0
            XNN_ENABLE_VSX=0
            XNN_ENABLE_RISCV_VECTOR=0
            XNN_ENABLE_ARM_FP16_SCALAR=0
            XNN_ENABLE_ARM_FP16_VECTOR=0
            XNN_ENABLE_ARM_BF16=0
            XNN_ENABLE_ARM_DOTPROD=0
            XNN_ENABLE_ARM_I8MM=0
            XNN_ENABLE_ARM_SME=0
            XNN_ENABLE_ARM_SME2=0
            XNN_ENABLE_AVXVNNI=0
            XNN_ENABLE_AVXVNNIINT8=0
            XNN_ENABLE_AVX256SKX=0
            XNN_ENABLE_AVX256VNNI=0
            XNN_ENABLE_AVX256VNNIGFNI=0
            XNN_ENABLE_AVX512F=0
            XNN_ENABLE_AVX512SKX=0
            XNN_ENABLE_AVX512VBMI=0
            XNN_ENABLE_AVX512VNNI=0
            XNN_ENABLE_AVX512VNNIGFNI=0
            XNN_ENABLE_AVX512AMX=0
            XNN_ENABLE_AVX512FP16=0
            # Wasm cannot ask for its CPU; natively cpuinfo tells whether AVX2 is there.
            XNN_ENABLE_CPUINFO=$<NOT:$<BOOL:${EMSCRIPTEN}>>
            # MAP_ANONYMOUS and the like under -std=c99
            _GNU_SOURCE)
  # Upstream builds its microkernels with -O2 as well; -w: the warnings of others are theirs.
  target_compile_options(${target} PRIVATE -w -O2)
  target_link_libraries(${target} PRIVATE fxdiv PUBLIC pthreadpool)
  set_target_properties(${target} PROPERTIES C_STANDARD 99 C_EXTENSIONS ON CXX_STANDARD 17
                                             EXPORT_COMPILE_COMMANDS OFF)
endfunction()

add_library(xnnpack INTERFACE)
target_include_directories(xnnpack SYSTEM INTERFACE "${DIVISI_XNNPACK_SOURCE}/include")
if(DIVISI_XNNPACK_LIBRARY)
  if(NOT EXISTS "${DIVISI_XNNPACK_LIBRARY}")
    message(FATAL_ERROR "DIVISI_XNNPACK_LIBRARY: ${DIVISI_XNNPACK_LIBRARY} does not exist. Build "
                        "the target xnnpack_static of the preset `native` first.")
  endif()
  target_link_libraries(xnnpack INTERFACE "${DIVISI_XNNPACK_LIBRARY}")
else()
  divisi_xnnpack_build(xnnpack_static)
  set_target_properties(xnnpack_static PROPERTIES OUTPUT_NAME xnnpack ARCHIVE_OUTPUT_DIRECTORY
                                                                      "${PROJECT_BINARY_DIR}")
  target_link_libraries(xnnpack INTERFACE xnnpack_static)
endif()
target_link_libraries(xnnpack INTERFACE pthreadpool m)

if(NOT EMSCRIPTEN)
  if(NOT CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
    message(FATAL_ERROR "The native build knows x86-64 only, not ${CMAKE_SYSTEM_PROCESSOR}. "
                        "The Wasm presets work on any machine.")
  endif()
  add_library(cpuinfo SHARED IMPORTED)
  set_target_properties(
    cpuinfo PROPERTIES IMPORTED_LOCATION "${DIVISI_CPUINFO_SOURCE}/lib/libcpuinfo.so"
                       INTERFACE_INCLUDE_DIRECTORIES "${DIVISI_CPUINFO_SOURCE}/include")
  target_link_libraries(xnnpack INTERFACE cpuinfo)
  if(TARGET xnnpack_static)
    target_include_directories(xnnpack_static PRIVATE "${DIVISI_CPUINFO_SOURCE}/include")
  endif()
endif()
