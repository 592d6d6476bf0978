// Counts what a program allocates, by operator new of its own. To be included in one file of it.
#pragma once

#include <QTest>

#include <atomic>
#include <cstdlib>
#include <new>

namespace
{

std::atomic<int64_t> allocations = 0;

void* counted(size_t size, size_t alignment) noexcept
{
    ++allocations;
    return std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
}
void* countedOrThrown(size_t size, size_t alignment = alignof(std::max_align_t))
{
    if (void* const memory = counted(size, alignment)) return memory;
    throw std::bad_alloc();
}

} // namespace

void* operator new(size_t size) { return countedOrThrown(size); }
void* operator new[](size_t size) { return countedOrThrown(size); }
void* operator new(size_t size, std::align_val_t alignment)
{
    return countedOrThrown(size, size_t(alignment));
}
void* operator new[](size_t size, std::align_val_t alignment)
{
    return countedOrThrown(size, size_t(alignment));
}
void* operator new(size_t size, const std::nothrow_t&) noexcept
{
    return counted(size, alignof(std::max_align_t));
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept
{
    return counted(size, alignof(std::max_align_t));
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
