# Everything the program is built from. What is installed, and in which version, is decided by ./run setup and requirements.txt.

# LibTorch is the PyPI wheel; its configuration needs a CUDA toolkit even where there is no GPU.
find_program(SACCADE_NVCC nvcc HINTS ${CUDAToolkit_ROOT}/bin /usr/local/cuda/bin REQUIRED)
set(CMAKE_CUDA_COMPILER ${SACCADE_NVCC})
set(CMAKE_CUDA_ARCHITECTURES ${SACCADE_CUDA_ARCHITECTURES})
set(CMAKE_CUDA_STANDARD 17)  # CMake 3.25 knows no CUDA20 for this nvcc
enable_language(CUDA)

string(REGEX REPLACE "([0-9]+)([0-9])" "\\1.\\2" torch_architectures "${SACCADE_CUDA_ARCHITECTURES}")
set(TORCH_CUDA_ARCH_LIST "${torch_architectures}")
find_package(Torch QUIET)
if(NOT Torch_FOUND)
  message(FATAL_ERROR "LibTorch was not found. Run ./run setup, or pass "
    "-DCMAKE_PREFIX_PATH=\$(python3 -c 'import torch; print(torch.utils.cmake_prefix_path)') for torch 2.11.0.")
endif()
# The wheel's flags would override our own choice of standard.
set_property(TARGET torch PROPERTY INTERFACE_COMPILE_FEATURES "")
set(CMAKE_CUDA_FLAGS "")  # Torch adds its own architectures and warnings; the kernels include no header of it

find_package(Threads REQUIRED)
find_package(ZLIB REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(PkgConfig REQUIRED)
pkg_check_modules(turbojpeg REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(utf8proc REQUIRED IMPORTED_TARGET libutf8proc)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(pangocairo REQUIRED IMPORTED_TARGET pangocairo)

# OpenCV's own configuration comes only with packages of 2 GB (Debian's libopencv-dev); three libraries are all we need.
add_library(opencv INTERFACE)
find_path(OPENCV_INCLUDE_DIR opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
target_include_directories(opencv SYSTEM INTERFACE ${OPENCV_INCLUDE_DIR})
foreach(component core imgproc imgcodecs)
  find_library(OPENCV_${component} opencv_${component} REQUIRED)
  target_link_libraries(opencv INTERFACE ${OPENCV_${component}})
endforeach()

find_path(GIF_INCLUDE_DIR gif_lib.h REQUIRED)
find_library(GIF_LIBRARY gif REQUIRED)
add_library(gif INTERFACE)
target_include_directories(gif SYSTEM INTERFACE ${GIF_INCLUDE_DIR})
target_link_libraries(gif INTERFACE ${GIF_LIBRARY})

find_path(STEMMER_INCLUDE_DIR libstemmer.h REQUIRED)
find_library(STEMMER_LIBRARY stemmer REQUIRED)
add_library(stemmer INTERFACE)
target_include_directories(stemmer SYSTEM INTERFACE ${STEMMER_INCLUDE_DIR})
target_link_libraries(stemmer INTERFACE ${STEMMER_LIBRARY})

if(SACCADE_TESTS)
  find_package(GTest REQUIRED)
endif()

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${CCACHE})
endif()
