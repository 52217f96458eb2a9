# Run when installing, with FROM, the top of the clone, and OUT: fills OUT/oculus/ with the headers of include/oculus/ and
# with every header of ours that they reach. What src/ calls "model/sample.hpp" becomes "oculus/model/sample.hpp", in its
# place and in the lines that include it, so that no name of ours can meet one of a user's own.
cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE ${OUT})
file(GLOB wanted RELATIVE ${FROM}/include ${FROM}/include/oculus/*.hpp)
set(done "")
while(wanted)
  list(POP_FRONT wanted name)  # as it is installed: oculus/…
  if(name IN_LIST done)
    continue()
  endif()
  list(APPEND done ${name})

  set(file ${FROM}/include/${name})
  if(NOT EXISTS ${file})
    string(REGEX REPLACE "^oculus/" "${FROM}/src/" file ${name})
  endif()
  file(READ ${file} text)
  string(REGEX REPLACE "#include \"(oculus/)?([^\"\n]+)\"" "#include \"oculus/\\2\"" text "${text}")
  file(WRITE ${OUT}/${name} "${text}")

  string(REGEX MATCHALL "#include \"[^\"\n]+\"" reached "${text}")
  list(TRANSFORM reached REPLACE "#include \"(.+)\"" "\\1")
  list(APPEND wanted ${reached})
endwhile()
