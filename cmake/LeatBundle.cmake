# What a user links, made of the objects that the modules are made of (nothing is compiled twice):
#   leat::leat     libleat.a, every bundled module
#   leat::shared   libleat.so, the same; exports leat::v0 and nothing else (leat.map)
#   leat::kafka    libleat_kafka.a, the network adaptor, over leat::leat
#   leat::sim      libleat_sim.a, the simulated clock, scheduler and disk, over leat::leat
# A module joins by leat_module(); see decisions/002-bundle.md.
get_property(modules GLOBAL PROPERTY LEAT_BUNDLED_MODULES)
get_property(LEAT_LIBS GLOBAL PROPERTY LEAT_BUNDLED_LIBS)
list(REMOVE_DUPLICATES LEAT_LIBS)

# A library of `modules`' objects. It takes the include directory and the language level along, and none of
# our warnings or hardening.
function(leat_bundle target kind export_name)
  list(TRANSFORM ARGN REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>" OUTPUT_VARIABLE objects)
  add_library(${target} ${kind} ${objects})
  add_library(leat::${export_name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX EXPORT_NAME ${export_name})
  target_compile_features(${target} INTERFACE cxx_std_20)
  target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                 $<INSTALL_INTERFACE:include>)
  set_property(GLOBAL APPEND PROPERTY LEAT_INSTALLED ${target})
endfunction()

leat_bundle(leat STATIC leat ${modules})
target_link_libraries(leat PRIVATE ${LEAT_LIBS} Threads::Threads)
if(LEAT_SANITIZE)
  target_link_options(leat INTERFACE -fsanitize=${LEAT_SANITIZE})
endif()

if(LEAT_SHARED)
  leat_bundle(leat_shared SHARED shared ${modules})
  target_link_libraries(leat_shared PRIVATE $<BUILD_INTERFACE:leat_build> ${LEAT_LIBS})
  target_link_options(leat_shared PRIVATE -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/leat.map)
  # Until 1.0 a minor version may break the ABI, so the name that programs record carries both numbers.
  set_target_properties(leat_shared PROPERTIES OUTPUT_NAME leat VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
    LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/leat.map)
endif()

# Its modules have targets of their own: leat_kafka is lib/kafka.
if(TARGET leat_server)
  leat_bundle(leat_kafka_library STATIC kafka leat_kafka leat_net leat_server)
  set_target_properties(leat_kafka_library PROPERTIES OUTPUT_NAME leat_kafka)
  target_link_libraries(leat_kafka_library PUBLIC leat PRIVATE fmt crypto)
endif()

if(TARGET leat_sim)
  leat_bundle(leat_sim_library STATIC sim leat_sim)
  set_target_properties(leat_sim_library PROPERTIES OUTPUT_NAME leat_sim)
  target_link_libraries(leat_sim_library PUBLIC leat)
endif()
