# CMake's tool chain file for guests (CMake 3.19 or newer):
#
#   cmake -DCMAKE_TOOLCHAIN_FILE=sandbox-engine/guest/cmake/zerocloud.cmake -S source -B build
#
# Programs that the build itself runs (try_run, add_test) run in the sandbox. The command is zerocloud of this tree
# unless -DZEROCLOUD=COMMAND names another.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR x86_64)

get_filename_component(_zerocloud "${CMAKE_CURRENT_LIST_DIR}/../../../zerocloud" ABSOLUTE)
set(ZEROCLOUD "${_zerocloud}" CACHE FILEPATH "the zerocloud command")
# Checks of CMake read this file anew and do not see the cache.
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES ZEROCLOUD)

set(CMAKE_C_COMPILER "${ZEROCLOUD}" cc)
set(CMAKE_CXX_COMPILER "${ZEROCLOUD}" c++)
set(CMAKE_ASM_COMPILER "${ZEROCLOUD}" cc)
set(CMAKE_CROSSCOMPILING_EMULATOR "${ZEROCLOUD}" run)

# Guests are static: no shared objects, no search for the host's libraries.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(BUILD_SHARED_LIBS OFF CACHE BOOL "guests are static")
if(NOT DEFINED CMAKE_SYSROOT_ZEROCLOUD)
  execute_process(COMMAND "${ZEROCLOUD}" cc --print-sysroot OUTPUT_VARIABLE CMAKE_SYSROOT_ZEROCLOUD
                  OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
list(APPEND CMAKE_FIND_ROOT_PATH "${CMAKE_SYSROOT_ZEROCLOUD}")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
