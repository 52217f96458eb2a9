# How everything of ours is compiled: C++23, warnings are errors, ccache where there is one.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

find_program(OCULUS_CCACHE ccache)
if(OCULUS_CCACHE)
  # Paths of ours are hashed from the top of the clone, so that one clone finds what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1
    ${OCULUS_CCACHE})
endif()

add_library(oculus_flags INTERFACE)
target_compile_options(oculus_flags INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror -fcoroutines
  -ffunction-sections -fdata-sections)
target_compile_definitions(oculus_flags INTERFACE BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED
  BOOST_ALL_NO_LIB SPDLOG_FMT_EXTERNAL)
# With optimisation g++ 12 takes an engaged std::optional for uninitialized.
target_compile_options(oculus_flags INTERFACE $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
target_link_options(oculus_flags INTERFACE -Wl,--gc-sections)
if(OCULUS_SANITIZE)
  target_compile_options(oculus_flags INTERFACE -fsanitize=${OCULUS_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(oculus_flags INTERFACE -fsanitize=${OCULUS_SANITIZE})
  # g++ 12 reports false positives of these under sanitizers, in its own library headers.
  target_compile_options(oculus_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(OCULUS_SANITIZE MATCHES thread)
  # The thread sanitizer does not know Asio's fences, and g++ warns of each; the locks around them are what it checks.
  target_compile_definitions(oculus_flags INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
endif()
