# The GoogleTest suite of core/: one executable from every *_test.cpp below tests/core.
file(GLOB_RECURSE DIVISI_CORE_TEST_SOURCES CONFIGURE_DEPENDS
     "${PROJECT_SOURCE_DIR}/tests/core/*.cpp")

find_package(Threads REQUIRED)
add_library(
  divisi_gtest STATIC "${DIVISI_GOOGLETEST_SOURCE}/googletest/src/gtest-all.cc"
                      "${DIVISI_GOOGLETEST_SOURCE}/googletest/src/gtest_main.cc")
target_include_directories(divisi_gtest SYSTEM
                           PUBLIC "${DIVISI_GOOGLETEST_SOURCE}/googletest/include")
target_include_directories(divisi_gtest PRIVATE "${DIVISI_GOOGLETEST_SOURCE}/googletest")
target_compile_options(divisi_gtest PRIVATE -w)
target_link_libraries(divisi_gtest PUBLIC Threads::Threads)

if(DIVISI_CORE_TEST_SOURCES)
  add_executable(divisi_core_tests ${DIVISI_CORE_TEST_SOURCES})
  # Tests see the private headers too: they mirror the sources.
  target_include_directories(
    divisi_core_tests PRIVATE "${PROJECT_SOURCE_DIR}/core/src" "${PROJECT_SOURCE_DIR}/tests/core"
                            "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(
    divisi_core_tests
    PRIVATE DIVISI_MODELS_DIR="${PROJECT_SOURCE_DIR}/build/models"
            DIVISI_GOLDEN_DIR="${PROJECT_SOURCE_DIR}/tests/golden"
            DIVISI_SAMPLE_DIR="${PROJECT_SOURCE_DIR}/sample")
  target_link_libraries(
    divisi_core_tests
    PRIVATE divisi_core divisi_gtest nlohmann_json kissfft speexdsp_resampler fp16 xnnpack
            divisi_warnings)

  if(DIVISI_SANITIZE)
    # UBSan is for the core: in the tests themselves it would take as long to compile as the tests.
    set_source_files_properties(${DIVISI_CORE_TEST_SOURCES} PROPERTIES COMPILE_OPTIONS
                                                                       -fno-sanitize=undefined)
  endif()

  # The examples in the headers compile.
  file(GLOB_RECURSE DIVISI_CORE_HEADERS CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/core/*.h")
  set(examples "${CMAKE_CURRENT_BINARY_DIR}/header_examples.cpp")
  add_custom_command(
    OUTPUT "${examples}"
    COMMAND "${CMAKE_COMMAND}" "-DCORE=${PROJECT_SOURCE_DIR}/core" "-DOUTPUT=${examples}" -P
            "${PROJECT_SOURCE_DIR}/cmake/header_examples.cmake"
    DEPENDS "${PROJECT_SOURCE_DIR}/cmake/header_examples.cmake" ${DIVISI_CORE_HEADERS}
    COMMENT "Taking the examples from the headers"
    VERBATIM)
  # Only compiled: they call functions that their readers would write.
  add_library(divisi_header_examples OBJECT "${examples}")
  target_include_directories(divisi_header_examples PRIVATE "${PROJECT_SOURCE_DIR}/core/src")
  target_link_libraries(divisi_header_examples PRIVATE divisi_core nlohmann_json kissfft xnnpack
                                                       divisi_warnings)
  add_dependencies(divisi_core_tests divisi_header_examples)

  add_test(NAME divisi_core_tests COMMAND divisi_core_tests)
  # As scripts/test/suites.mjs has it: there are tests for allocations that cannot be had.
  set_tests_properties(divisi_core_tests PROPERTIES ENVIRONMENT
                                                    "ASAN_OPTIONS=allocator_may_return_null=1")
endif()

# A tool for developers, built on demand.
add_executable(divisi_separate_wav EXCLUDE_FROM_ALL
                                   "${PROJECT_SOURCE_DIR}/tests/bench/separate_wav.cpp")
target_link_libraries(divisi_separate_wav PRIVATE divisi_core divisi_warnings)

# How the importer checks what it has made (models/divisi_importer/engine.py); built on demand.
add_executable(divisi_run_network EXCLUDE_FROM_ALL "${PROJECT_SOURCE_DIR}/models/engine/run_network.cpp")
target_include_directories(divisi_run_network PRIVATE "${PROJECT_SOURCE_DIR}/core/src")
target_link_libraries(divisi_run_network PRIVATE divisi_core divisi_warnings)
