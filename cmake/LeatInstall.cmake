# `cmake --install`: libraries, headers, the CMake package, leat.pc and the command.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/leat)

get_property(libraries GLOBAL PROPERTY LEAT_INSTALLED)
install(TARGETS ${libraries} EXPORT leatTargets)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/leat DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
if(TARGET leat_command)
  install(TARGETS leat_command)
endif()

install(EXPORT leatTargets NAMESPACE leat:: DESTINATION ${package_dir})
configure_file(${PROJECT_SOURCE_DIR}/cmake/leatConfig.cmake.in ${PROJECT_BINARY_DIR}/package/leatConfig.cmake @ONLY)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/package/leatConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/package/leatConfig.cmake ${PROJECT_BINARY_DIR}/package/leatConfigVersion.cmake
        DESTINATION ${package_dir})

list(TRANSFORM LEAT_LIBS PREPEND "-l" OUTPUT_VARIABLE LEAT_PC_LIBS)
list(JOIN LEAT_PC_LIBS " " LEAT_PC_LIBS)
# leat.pc finds the prefix from where it stands, so an installed tree may be moved.
file(RELATIVE_PATH LEAT_PC_PREFIX /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/leat.pc.in ${PROJECT_BINARY_DIR}/package/leat.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/package/leat.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
