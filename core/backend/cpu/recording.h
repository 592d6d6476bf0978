// What a small kernel does, written down once: calls with all their operands. To run it takes no decisions.
#pragma once

#include "core/backend/cpu/microkernel.h"
#include "core/language/strip.h"

#include <functional>
#include <vector>

namespace core::cpu
{

/// Does what a Recording writes down.
struct Immediately {
    void tile(TileKernel kernel, const TileArguments& arguments) { kernel(arguments); }
    void strip(language::StripKernel kernel, float* to, const float* a, const float* b, const float* c, int n)
    {
        kernel(to, a, b, c, n);
    }
    void copy(float* to, const float* from, int64_t floats) { std::memcpy(to, from, size_t(floats) * 4); }
    template<class Work> void other(const Work& work) { work(); }
};

class Recording
{
public:
    void tile(TileKernel kernel, const TileArguments& arguments);
    void strip(language::StripKernel kernel, float* to, const float* a, const float* b, const float* c,
               int n);
    void copy(float* to, const float* from, int64_t floats);
    void other(std::function<void()> work);

    size_t size() const { return m_steps.size(); }
    void clear();
    void run() const; ///< allocates nothing

private:
    struct Step {
        enum class Kind : uint8_t { Tile, Strip, Copy, Other } kind;
        int n = 0; // of a strip or copy; else which
        language::StripKernel kernel = nullptr;
        float* to = nullptr;
        const float *a = nullptr, *b = nullptr, *c = nullptr;
    };
    struct Tile {
        TileKernel kernel;
        TileArguments arguments;
    };
    std::vector<Step> m_steps;
    std::vector<Tile> m_tiles;
    std::vector<std::function<void()>> m_others;
};

} // namespace core::cpu
