# How every library, test, benchmark and fuzz target of the project is declared.

# One precompiled header for all: clang's costs 5 s once and halves the time of a typical file.
add_library(agente_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(agente_pch PUBLIC agente_toolchain)
target_precompile_headers(agente_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)

# Asio, Beast, Boost.JSON and Boost.URL are compiled once, here.
add_library(agente_boost STATIC ${CMAKE_SOURCE_DIR}/cmake/boost.cpp)
target_link_libraries(agente_boost PUBLIC agente_toolchain)

# agente_library(postgres DEPENDS base net EXTERNAL PostgreSQL::PostgreSQL)
#   src/postgres/*.cpp -> libagente_postgres.a, namespace agente::postgres.
#   DEPENDS names other folders and is the only way to reach their headers: a missing name fails to link,
#   and `./dev check` compares includes with it.
function(agente_library folder)
  cmake_parse_arguments(ARG "" "" "DEPENDS;EXTERNAL" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(agente_${folder} STATIC ${sources})
  target_link_libraries(agente_${folder} PUBLIC agente_boost)
  foreach(dependency ${ARG_DEPENDS})
    target_link_libraries(agente_${folder} PUBLIC agente_${dependency})
  endforeach()
  target_link_libraries(agente_${folder} PRIVATE ${ARG_EXTERNAL})
  target_include_directories(agente_${folder} PUBLIC ${CMAKE_SOURCE_DIR}/src)
  target_precompile_headers(agente_${folder} REUSE_FROM agente_pch)
endfunction()

# Tests have one of their own, with GoogleTest in it, and are not optimised: they are compiled more often than run.
if(AGENTE_TESTS)
  add_library(agente_test_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
  target_link_libraries(agente_test_pch PUBLIC agente_toolchain GTest::gmock)
  target_compile_options(agente_test_pch PRIVATE $<$<CONFIG:Release>:-O0>)
  target_precompile_headers(agente_test_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp <gmock/gmock.h>)
endif()

# agente_test(postgres_unit LABEL unit SOURCES a_test.cpp b_test.cpp DEPENDS postgres [TIMEOUT 120] [EXTERNAL lib])
#   One executable, one CTest entry. LABEL says what it needs: unit (nothing), postgres, redis, pgbouncer
#   (private servers), http (the application in process), e2e (the built binary), fuzz. tests/web adds browser (Chromium).
function(agente_test name)
  cmake_parse_arguments(ARG "" "LABEL;TIMEOUT" "SOURCES;DEPENDS;EXTERNAL" ${ARGN})
  if(NOT ARG_LABEL MATCHES "^(unit|postgres|redis|pgbouncer|http|e2e|fuzz)$")
    message(FATAL_ERROR "test ${name}: LABEL is missing or not one of unit postgres redis pgbouncer http e2e fuzz")
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  add_executable(${name}_tests ${ARG_SOURCES})
  foreach(dependency ${ARG_DEPENDS})
    target_link_libraries(${name}_tests PRIVATE agente_${dependency})
  endforeach()
  target_link_libraries(${name}_tests PRIVATE ${ARG_EXTERNAL} GTest::gmock_main)
  target_include_directories(${name}_tests PRIVATE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(${name}_tests PRIVATE
    AGENTE_SOURCE_DIR="${CMAKE_SOURCE_DIR}" AGENTE_BINARY="${CMAKE_BINARY_DIR}/agente-hotel")
  target_compile_options(${name}_tests PRIVATE $<$<CONFIG:Release>:-O0>)
  target_precompile_headers(${name}_tests REUSE_FROM agente_test_pch)
  set_target_properties(${name}_tests PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name}_tests --gtest_brief=1)
  set_tests_properties(${name} PROPERTIES LABELS ${ARG_LABEL} TIMEOUT ${ARG_TIMEOUT})
endfunction()

# agente_fuzz(whatsapp_payload SOURCES whatsapp_payload_fuzz.cpp DEPENDS channels): build/fuzz/<name>_fuzz
function(agente_fuzz name)
  cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name}_fuzz ${ARG_SOURCES})
  foreach(dependency ${ARG_DEPENDS})
    target_link_libraries(${name}_fuzz PRIVATE agente_${dependency})
  endforeach()
  target_compile_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
endfunction()
