#include "unit/wire/allocations.h"

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

thread_local std::size_t asked_for = 0;

void* counted(std::size_t size) {
  asked_for += size;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t /*size*/) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t /*size*/) noexcept { std::free(memory); }

namespace leat::wire::testing {

std::size_t Allocations::total() { return asked_for; }

}  // namespace leat::wire::testing
