# Every outside library, found once; src/<folder>/CMakeLists.txt links only what the folder is the owner of.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(PostgreSQL REQUIRED)
find_package(CURL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(pugixml REQUIRED)
find_package(CLI11 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(prometheus-cpp REQUIRED COMPONENTS core)
find_package(PkgConfig REQUIRED)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(argon2 REQUIRED IMPORTED_TARGET libargon2)
pkg_check_modules(oath REQUIRED IMPORTED_TARGET liboath)
find_library(CRYPT_LIBRARY crypt REQUIRED)
if(AGENTE_TESTS OR NOT DEFINED AGENTE_TESTS)
  find_package(GTest REQUIRED)
endif()

# libphonenumber: Debian 12's -dev package insists on Boost 1.74, which cannot stand beside the Boost 1.81 this
# project needs, so ./dev unpacks its headers into AGENTE_PHONENUMBER_ROOT and the runtime library is the installed one.
set(AGENTE_PHONENUMBER_ROOT "" CACHE PATH "Where libphonenumber's headers were unpacked; empty: the system's")
find_path(PHONENUMBER_INCLUDE phonenumbers/phonenumberutil.h
          HINTS ${AGENTE_PHONENUMBER_ROOT}/usr/include REQUIRED)
find_library(PHONENUMBER_LIBRARY NAMES phonenumber libphonenumber.so.8 REQUIRED)
add_library(agente_phonenumber INTERFACE)
target_include_directories(agente_phonenumber SYSTEM INTERFACE ${PHONENUMBER_INCLUDE})
target_link_libraries(agente_phonenumber INTERFACE ${PHONENUMBER_LIBRARY} protobuf)

# Flags and definitions shared by every target (the precompiled header needs them equal everywhere).
add_library(agente_toolchain INTERFACE)
target_compile_features(agente_toolchain INTERFACE cxx_std_20)
target_compile_options(agente_toolchain INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-c99-extensions)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(agente_toolchain INTERFACE -Wno-missing-designated-field-initializers
                         -Wno-gnu-zero-variadic-macro-arguments -Wno-unknown-warning-option
                         "SHELL:-Xclang -fno-pch-timestamp")
endif()
if(AGENTE_WERROR)
  target_compile_options(agente_toolchain INTERFACE -Werror)
endif()
target_compile_definitions(agente_toolchain INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION BOOST_BEAST_USE_STD_STRING_VIEW
  BOOST_JSON_NO_LIB BOOST_URL_NO_LIB BOOST_ASIO_DISABLE_BOOST_COROUTINE
  SPDLOG_FMT_EXTERNAL SPDLOG_COMPILED_LIB)
target_link_libraries(agente_toolchain INTERFACE Boost::headers OpenSSL::SSL OpenSSL::Crypto fmt::fmt spdlog::spdlog Threads::Threads)
