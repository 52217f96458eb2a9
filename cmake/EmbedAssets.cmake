# Run when building, with OUT: makes OUT/embedded_assets.cpp of the rows `path=file` in OUT/manifest.txt.
cmake_minimum_required(VERSION 3.25)

set(type_css "text/css; charset=utf-8")
set(type_html "text/html; charset=utf-8")
set(type_ico "image/x-icon")
set(type_js "text/javascript; charset=utf-8")
set(type_json "application/json")
set(type_mustache "text/plain; charset=utf-8")
set(type_png "image/png")
set(type_svg "image/svg+xml; charset=utf-8")
set(type_txt "text/plain; charset=utf-8")
set(type_webmanifest "application/manifest+json")
set(type_woff2 "font/woff2")

# One blob under one name; its length is known, so that no end mark is needed.
function(blob name file)
  string(APPEND blobs
    "asm(\".section .rodata.oculus_assets, \\\"a\\\", @progbits\\n\"\n"
    "    \"${name}: .incbin \\\"${file}\\\"\\n\"\n"
    "    \".previous\\n\");\n"
    "extern \"C\" const char ${name}[];\n")
  set(blobs "${blobs}" PARENT_SCOPE)
endfunction()

file(STRINGS ${OUT}/manifest.txt rows)
set(blobs "")
set(table "")
set(count 0)
foreach(row IN LISTS rows)
  string(REGEX MATCH "^([^=]*)=(.*)$" _ "${row}")
  set(path "${CMAKE_MATCH_1}")
  set(file "${CMAKE_MATCH_2}")
  string(REGEX REPLACE "^.*\\." "" ending "${path}")
  if(NOT DEFINED type_${ending})
    message(FATAL_ERROR "${file}: no content type is known for '.${ending}'; add one to cmake/EmbedAssets.cmake")
  endif()

  set(packed ${OUT}/${count}.gz)
  execute_process(COMMAND gzip -9 -n -c ${file} OUTPUT_FILE ${packed} COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  file(SIZE ${file} size)
  file(SIZE ${packed} packed_size)

  blob(oculus_asset_${count} ${file})
  set(compressed "{}")
  math(EXPR saves "${size} * 9 - ${packed_size} * 10")
  if(saves GREATER_EQUAL 0)
    blob(oculus_asset_${count}_gzip ${packed})
    set(compressed "{oculus_asset_${count}_gzip, ${packed_size}}")
  endif()
  string(APPEND table
    "    {\"${path}\", \"${type_${ending}}\", {oculus_asset_${count}, ${size}}, ${compressed}, \"${hash}\", \"\\\"${hash}\\\"\"},\n")
  math(EXPR count "${count} + 1")
endforeach()

file(WRITE ${OUT}/embedded_assets.cpp "// Made by cmake/EmbedAssets.cmake.
#include \"web/page/embedded_assets.hpp\"

#include <array>

${blobs}
namespace oculus::web {

std::span<const EmbeddedAsset> embedded_assets() noexcept {
  static constexpr std::array<EmbeddedAsset, ${count}> kAssets{{
${table}  }};
  return kAssets;
}

}  // namespace oculus::web
")
