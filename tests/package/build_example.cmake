# Installs the library from BUILD, moves it elsewhere, and builds docs/example/ (EXAMPLE) against it below OUT, as a user
# would, with COMPILER and FLAGS.
cmake_minimum_required(VERSION 3.25)

function(run)
  execute_process(COMMAND ${CMAKE_COMMAND} ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${OUT})
run(--install ${BUILD} --component library --prefix ${OUT}/staged)
file(RENAME ${OUT}/staged ${OUT}/prefix)
run(-S ${EXAMPLE} -B ${OUT}/example -G Ninja -D CMAKE_PREFIX_PATH=${OUT}/prefix -D CMAKE_CXX_COMPILER=${COMPILER}
  -D "CMAKE_CXX_FLAGS=${FLAGS}")
run(--build ${OUT}/example)
