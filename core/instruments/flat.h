// All parameters that are trained as one vector.
#pragma once

#include "core/instruments/network.h"

#include <span>

namespace core::instruments
{

/// The places of parameters in the vector: one behind the other, each in its memory order.
class Flat
{
public:
    /// Error where nothing is trained.
    explicit Flat(Network&);

    struct Part {
        std::string name;
        Type type;
        int64_t begin = 0;
        std::vector<std::string>
            inputs; ///< axes that a linear map sums over: what is left is one filter each
    };
    const std::vector<Part>& parts() const { return m_parts; }
    int64_t size() const { return m_size; }

    std::vector<double> pack(const Arrays&) const;
    Arrays unpack(std::span<const double>) const;
    /// Running statistics and the like stay those of `moment`.
    Moment moment(const Moment&, std::span<const double>) const;

private:
    std::vector<Part> m_parts;
    int64_t m_size = 0;
};

} // namespace core::instruments
