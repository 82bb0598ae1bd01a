# Warnings, sanitizers and the one precompiled header, carried by an interface target that every folder links.

add_library(saccade_options INTERFACE)
target_include_directories(saccade_options INTERFACE ${PROJECT_SOURCE_DIR})
# Some libraries ask for -pthread; everywhere, because targets with other flags than the precompiled header's could not use it.
target_compile_options(saccade_options INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-pthread>)
target_link_libraries(saccade_options INTERFACE Threads::Threads)
target_compile_options(saccade_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Werror=invalid-pch>
  # GCC 12 sees overlaps and overflows in std::string and torch where there are none (its bugs 105651, 105329).
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<CXX_COMPILER_ID:GNU>>:-Wno-restrict -Wno-stringop-overflow -Wno-maybe-uninitialized>
  $<$<AND:$<COMPILE_LANGUAGE:CXX>,$<BOOL:${SACCADE_WARNINGS_AS_ERRORS}>>:-Werror>)
# The wheel's libtorch.so exports parts of an std::filesystem of its own, whose remove_all crashes: the system's library has to be found first.
target_link_options(saccade_options INTERFACE "LINKER:--push-state,--no-as-needed,-lstdc++,--pop-state")
if(SACCADE_SANITIZE)
  target_compile_options(saccade_options INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer>)
  target_link_options(saccade_options INTERFACE -fsanitize=address,undefined)
endif()

# <torch/torch.h> takes 40 s to parse; precompiled once, a source takes 10.
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cpp "")
add_library(saccade_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cpp)
target_link_libraries(saccade_precompiled PRIVATE saccade_options torch)
target_precompile_headers(saccade_precompiled PRIVATE <torch/torch.h> <nlohmann/json.hpp>)

# A folder of the house: one static library. Its sub-folders add their own sources.
function(saccade_library name)
  add_library(${name} STATIC)
  target_link_libraries(${name} PUBLIC saccade_options torch nlohmann_json::nlohmann_json)
  target_precompile_headers(${name} REUSE_FROM saccade_precompiled)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${SACCADE_TOGETHER})
endfunction()

# A library that needs nothing of torch, and can be linked without it: a program of such libraries starts in milliseconds, where loading
# LibTorch takes half a second and 520 MB.
function(library_without_torch name)
  add_library(${name} STATIC)
  target_link_libraries(${name} PUBLIC saccade_options nlohmann_json::nlohmann_json)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${SACCADE_TOGETHER})
endfunction()

# Sources that speak OpenMP or use at::parallel_for, which is a plain loop without it: the hot loops, optimised as far as it goes. The flags
# part them from the precompiled header.
function(sources_with_threads target)
  target_sources(${target} PRIVATE ${ARGN})
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES COMPILE_OPTIONS "-fopenmp;-O3" SKIP_PRECOMPILE_HEADERS ON)
  target_link_libraries(${target} PRIVATE gomp)  # the one that LibTorch brings
endfunction()

# Sources that need nothing of torch compile three times as fast, and in a fifth of the memory, without its precompiled header.
function(sources_without_torch target)
  target_sources(${target} PRIVATE ${ARGN})
  set_source_files_properties(${ARGN} TARGET_DIRECTORY ${target} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
endfunction()
