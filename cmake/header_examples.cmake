# The examples in the opening comments of the core's headers, as one C++ file that the build compiles:
#
#   cmake -DCORE=core -DOUTPUT=examples.cpp -P header_examples.cmake
#
# An example is an indented block ("//   code") with a line that ends in a semicolon; blocks without
# one are formulas, tables and diagrams. It stands on its own: functions that say by their parameters what
# they take for given, and declarations of what the reader would write. Each header's examples are in
# a namespace of their own within the header's, and compilers name the header's lines.
cmake_minimum_required(VERSION 3.25)

# What CMake's lists would take for their own signs.
string(ASCII 1 semicolon)
string(ASCII 2 opening)
string(ASCII 3 closing)

set(includes "")
set(examples "")
file(GLOB_RECURSE headers RELATIVE "${CORE}" "${CORE}/include/*.h" "${CORE}/src/*.h")
foreach(header IN LISTS headers)
  file(READ "${CORE}/${header}" text)
  string(FIND "${text}" "#pragma once" end)
  string(SUBSTRING "${text}" 0 ${end} comment)
  string(REPLACE ";" "${semicolon}" comment "${comment}")
  string(REPLACE "[" "${opening}" comment "${comment}")
  string(REPLACE "]" "${closing}" comment "${comment}")
  string(REPLACE "\n" ";" lines "${comment}")

  set(number 0)
  set(block "")
  set(code "")
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    if(line MATCHES "^//   ")
      if(block STREQUAL "")
        set(block "#line ${number} \"core/${header}\"\n")
      endif()
      string(SUBSTRING "${line}" 2 -1 line)
      string(APPEND block "${line}\n")
    else()
      if(block MATCHES "${semicolon}( *//[^\n]*)?\n")
        string(APPEND code "${block}")
      endif()
      set(block "")
    endif()
  endforeach()
  if(code STREQUAL "")
    continue()
  endif()

  if(NOT text MATCHES "\nnamespace (divisi[a-z:]*) {\n")
    message(FATAL_ERROR "core/${header} has an example but no namespace of divisi's")
  endif()
  set(namespace "${CMAKE_MATCH_1}")
  string(REGEX REPLACE "^(include|src)/" "" path "${header}")
  string(MAKE_C_IDENTIFIER "${path}" name)
  string(APPEND includes "#include \"${path}\"\n")
  string(APPEND examples "\nnamespace ${namespace}::examples_of_${name} {\n${code}}\n")
endforeach()

string(REPLACE "${semicolon}" ";" examples "${examples}")
string(REPLACE "${opening}" "[" examples "${examples}")
string(REPLACE "${closing}" "]" examples "${examples}")
file(WRITE "${OUTPUT}" "// Made by cmake/header_examples.cmake.\n${includes}${examples}")
