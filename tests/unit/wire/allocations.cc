#include "unit/wire/allocations.h"

#include <cstddef>
#include <cstdlib>
#include <new>

// ThreadSanitizer has a `new` of its own, which cannot be replaced.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LEAT_NEW_IS_TAKEN
#endif
#endif

namespace {

thread_local std::size_t asked_for = 0;

#ifndef LEAT_NEW_IS_TAKEN
void* counted(std::size_t size) {
  asked_for += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

#endif

}  // namespace

#ifndef LEAT_NEW_IS_TAKEN
void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
#endif

namespace leat::wire::testing {

std::size_t Allocations::total() { return asked_for; }

}  // namespace leat::wire::testing
