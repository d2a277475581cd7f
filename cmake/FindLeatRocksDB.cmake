# RocksDB as Leat links it. Debian's own package file asks for the shared gflags, bz2, lz4 and zstd
# beside the static RocksDB, and for gflags only because of RocksDB's own tools; this one does not.
#
#   LeatRocksDB::rocksdb       static where the archive is there, so that the command needs no
#                              librocksdb.so; but shared when the target that links it is itself a
#                              shared library: Debian's archive is not position independent enough
#                              (R_X86_64_TPOFF32) to go into one.
#   LEAT_ROCKSDB_SHARED=ON     shared everywhere: quicker links while developing.
#                              On under a sanitizer, which tells an uninstrumented library by its file.
set(shared_by_default OFF)
if(LEAT_SANITIZE)
  set(shared_by_default ON)
endif()
option(LEAT_ROCKSDB_SHARED "Link librocksdb.so even where the archive would do" ${shared_by_default})

find_path(LeatRocksDB_INCLUDE_DIR rocksdb/db.h)
find_library(LeatRocksDB_SHARED_LIBRARY NAMES rocksdb)
find_library(LeatRocksDB_STATIC_LIBRARY NAMES librocksdb.a)

# What the archive calls: every codec it was built with, although Leat's views are not compressed.
set(LeatRocksDB_STATIC_LIBRARIES ${LeatRocksDB_STATIC_LIBRARY})
foreach(codec snappy lz4 zstd bz2 z)
  find_library(LeatRocksDB_${codec}_LIBRARY NAMES lib${codec}.a ${codec})
  mark_as_advanced(LeatRocksDB_${codec}_LIBRARY)
  if(NOT LeatRocksDB_${codec}_LIBRARY)
    set(LeatRocksDB_STATIC_LIBRARY LeatRocksDB_STATIC_LIBRARY-NOTFOUND)
  endif()
  list(APPEND LeatRocksDB_STATIC_LIBRARIES ${LeatRocksDB_${codec}_LIBRARY})
endforeach()
mark_as_advanced(LeatRocksDB_INCLUDE_DIR LeatRocksDB_SHARED_LIBRARY LeatRocksDB_STATIC_LIBRARY)

set(LeatRocksDB_LIBRARY ${LeatRocksDB_SHARED_LIBRARY})
if(LeatRocksDB_STATIC_LIBRARY AND NOT LEAT_ROCKSDB_SHARED)
  set(LeatRocksDB_LIBRARY ${LeatRocksDB_STATIC_LIBRARY})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LeatRocksDB
  REQUIRED_VARS LeatRocksDB_LIBRARY LeatRocksDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install librocksdb-dev, or configure with -DLEAT_ROCKSDB=OFF")

if(LeatRocksDB_FOUND AND NOT TARGET LeatRocksDB::rocksdb)
  find_package(Threads REQUIRED)
  add_library(LeatRocksDB::rocksdb INTERFACE IMPORTED)
  target_include_directories(LeatRocksDB::rocksdb INTERFACE ${LeatRocksDB_INCLUDE_DIR})
  if(LeatRocksDB_LIBRARY STREQUAL LeatRocksDB_SHARED_LIBRARY)
    set(link ${LeatRocksDB_SHARED_LIBRARY})
  elseif(LeatRocksDB_SHARED_LIBRARY)
    set(into_shared $<STREQUAL:$<TARGET_PROPERTY:TYPE>,SHARED_LIBRARY>)
    set(link "$<${into_shared}:${LeatRocksDB_SHARED_LIBRARY}>;$<$<NOT:${into_shared}>:${LeatRocksDB_STATIC_LIBRARIES}>")
  else()
    set(link ${LeatRocksDB_STATIC_LIBRARIES})
  endif()
  target_link_libraries(LeatRocksDB::rocksdb INTERFACE "${link}" Threads::Threads ${CMAKE_DL_LIBS})
endif()
