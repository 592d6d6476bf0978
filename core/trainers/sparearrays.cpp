#include "core/trainers/sparearrays.h"

namespace core
{

constexpr size_t mostSpare = 2; ///< one that is looked at, one that is loaded, and these on their way

std::shared_ptr<const Arrays> SpareArrays::share(Arrays arrays)
{
    auto* const shared = new Arrays(std::move(arrays));
    return {shared, [shared, shelf = std::weak_ptr<Shelf>(m_shelf)](const Arrays*) {
                const std::unique_ptr<Arrays> last(shared);
                const auto to = shelf.lock();
                if (!to) return;
                const std::lock_guard lock(to->mutex);
                if (to->back.size() < mostSpare) to->back.push_back(std::move(*last));
            }};
}

Arrays SpareArrays::take()
{
    const std::lock_guard lock(m_shelf->mutex);
    if (m_shelf->back.empty()) return {};
    Arrays arrays = std::move(m_shelf->back.back());
    m_shelf->back.pop_back();
    return arrays;
}

} // namespace core
