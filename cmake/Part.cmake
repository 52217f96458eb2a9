# oculus_part(NAME USES part... LIBS target... SOURCES file... HEADERS file... [PUBLIC file...])
# One folder of src/ is one part. USES is its row in the table of the design (docs/architecture.md):
# tests/architecture refuses an include that is not covered by it. All parts end in one library, oculus::oculus. PUBLIC
# are those of the library's own headers, in include/oculus/, that the part stands behind.
function(oculus_part name)
  cmake_parse_arguments(PART "" "" "USES;LIBS;SOURCES;HEADERS;PUBLIC" ${ARGN})
  add_library(oculus_${name} OBJECT ${PART_SOURCES})
  target_sources(oculus_${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/src FILES ${PART_HEADERS})
  list(TRANSFORM PART_PUBLIC PREPEND ${CMAKE_SOURCE_DIR}/include/oculus/)
  target_sources(oculus_${name} PUBLIC FILE_SET public TYPE HEADERS BASE_DIRS ${CMAKE_SOURCE_DIR}/include
    FILES ${PART_PUBLIC})
  set_target_properties(oculus_${name} PROPERTIES VERIFY_INTERFACE_HEADER_SETS ON)
  target_include_directories(oculus_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/include)
  target_link_libraries(oculus_${name} PUBLIC oculus_flags ${PART_LIBS})
  foreach(used IN LISTS PART_USES)
    target_link_libraries(oculus_${name} PUBLIC oculus_${used})
  endforeach()
  set_property(GLOBAL APPEND PROPERTY OCULUS_PARTS ${name})
  set_property(GLOBAL PROPERTY OCULUS_USES_${name} "${PART_USES}")
  set_property(GLOBAL APPEND PROPERTY OCULUS_LIBS_${name} ${PART_LIBS})
endfunction()
