# What `cmake --install` lays down: the component `program`, and the component `library` for find_package(oculus).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(OCULUS_INSTALL_CMAKE ${CMAKE_INSTALL_LIBDIR}/cmake/oculus)

install(TARGETS oculus_program RUNTIME COMPONENT program)

install(TARGETS oculus EXPORT oculus
  ARCHIVE COMPONENT library
  INCLUDES DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT oculus NAMESPACE oculus:: FILE oculusTargets.cmake DESTINATION ${OCULUS_INSTALL_CMAKE} COMPONENT library)

configure_package_config_file(cmake/oculusConfig.cmake.in ${CMAKE_BINARY_DIR}/oculusConfig.cmake
  INSTALL_DESTINATION ${OCULUS_INSTALL_CMAKE} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/oculusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/oculusConfig.cmake ${CMAKE_BINARY_DIR}/oculusConfigVersion.cmake
  DESTINATION ${OCULUS_INSTALL_CMAKE} COMPONENT library)

# The headers are those of include/oculus/ and what they reach of src/, under names of ours alone.
set(OCULUS_PUBLIC_HEADERS ${CMAKE_BINARY_DIR}/public_headers)
install(CODE "execute_process(COMMAND \"${CMAKE_COMMAND}\" -D \"FROM=${CMAKE_SOURCE_DIR}\" -D \"OUT=${OCULUS_PUBLIC_HEADERS}\"
  -P \"${CMAKE_SOURCE_DIR}/cmake/PublicHeaders.cmake\" COMMAND_ERROR_IS_FATAL ANY)" COMPONENT library)
install(DIRECTORY ${OCULUS_PUBLIC_HEADERS}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
