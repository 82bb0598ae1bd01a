# cmake --install build/release --prefix DIR: the programs, their configurations, and METEOR's data where ./run setup has laid it. LibTorch stays
# where ./run setup put it; the program finds it there.
set_target_properties(saccade_torch PROPERTIES INSTALL_RPATH "${TORCH_INSTALL_PREFIX}/lib")
install(TARGETS saccade saccade_torch)
install(FILES configs/flickr8k.json configs/scenes.json DESTINATION share/saccade/configs)
install(DIRECTORY .deps/meteor/ DESTINATION share/saccade/meteor OPTIONAL)
