# oculus_assets(TARGET FOLDER folder [FILES path=file...])
# Gives TARGET the function oculus::web::embedded_assets() (web/page/embedded_assets.hpp): every file below FOLDER under
# its path from there, and each FILE under the path before its `=`. The binary carries them as they are, by .incbin, and
# compressed; hashes and compression are made when building, anew when a file changes, comes or goes.
function(oculus_assets target)
  cmake_parse_arguments(ASSETS "" "FOLDER" "FILES" ${ARGN})
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${ASSETS_FOLDER} ${ASSETS_FOLDER}/*)
  set(rows "")
  set(sources "")
  foreach(file IN LISTS files)
    list(APPEND rows "${file}=${ASSETS_FOLDER}/${file}")
    list(APPEND sources ${ASSETS_FOLDER}/${file})
  endforeach()
  foreach(row IN LISTS ASSETS_FILES)
    string(REGEX REPLACE "^[^=]*=" "" file ${row})
    if(NOT EXISTS ${file})
      message(FATAL_ERROR "${file} is missing; `npm ci --ignore-scripts` brings the page's libraries")
    endif()
    list(APPEND rows ${row})
    list(APPEND sources ${file})
  endforeach()
  list(SORT rows)

  set(out ${CMAKE_CURRENT_BINARY_DIR}/${target}_assets)
  list(JOIN rows "\n" manifest)
  file(CONFIGURE OUTPUT ${out}/manifest.txt CONTENT "${manifest}\n" @ONLY)
  add_custom_command(
    OUTPUT ${out}/embedded_assets.cpp
    COMMAND ${CMAKE_COMMAND} -D OUT=${out} -P ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    DEPENDS ${sources} ${out}/manifest.txt ${CMAKE_SOURCE_DIR}/cmake/EmbedAssets.cmake
    COMMENT "Embedding the assets of ${target}"
    VERBATIM)
  target_sources(${target} PRIVATE ${out}/embedded_assets.cpp)
endfunction()
