# cmake --install build/release --prefix DIR: the program, its configurations, its shell completion. LibTorch stays where ./run setup put it; the
# program finds it there.
set_target_properties(saccade PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS saccade)
install(FILES configs/flickr8k.json configs/scenes.json DESTINATION share/saccade/configs)
