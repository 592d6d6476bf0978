#include "core/backend/cpu/recording.h"

namespace core::cpu
{

void Recording::tile(TileKernel kernel, const TileArguments& arguments)
{
    m_steps.push_back({Step::Kind::Tile, int(m_tiles.size())});
    m_tiles.push_back({kernel, arguments});
}

void Recording::strip(language::StripKernel kernel, float* to, const float* a, const float* b, const float* c,
                      int n)
{
    m_steps.push_back({Step::Kind::Strip, n, kernel, to, a, b, c});
}

void Recording::copy(float* to, const float* from, int64_t floats)
{
    m_steps.push_back({Step::Kind::Copy, int(floats), nullptr, to, from});
}

void Recording::other(std::function<void()> work)
{
    m_steps.push_back({Step::Kind::Other, int(m_others.size())});
    m_others.push_back(std::move(work));
}

void Recording::clear()
{
    m_steps.clear();
    m_tiles.clear();
    m_others.clear();
}

void Recording::run() const
{
    for (const Step& step : m_steps) switch (step.kind) {
        case Step::Kind::Tile: {
            const Tile& tile = m_tiles[size_t(step.n)];
            tile.kernel(tile.arguments);
            break;
        }
        case Step::Kind::Strip:
            step.kernel(step.to, step.a, step.b, step.c, step.n);
            break;
        case Step::Kind::Copy:
            std::memcpy(step.to, step.a, size_t(step.n) * 4);
            break;
        case Step::Kind::Other:
            m_others[size_t(step.n)]();
            break;
        }
}

} // namespace core::cpu
