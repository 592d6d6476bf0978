// Whether a wire can be drawn: what a wire that is being dragged shows.
#pragma once

#include "core/diagram/elaborate.h"

namespace core
{

/// Judges many wires of one diagram: its types are worked out once, then each wire costs what its reader
/// costs. The library has to outlive it.
class ConnectionCheck
{
public:
    ConnectionCheck(const Diagram&, const BlockLibrary&, const DataSignature&);
    ~ConnectionCheck();
    ConnectionCheck(ConnectionCheck&&) noexcept;
    ConnectionCheck& operator=(ConnectionCheck&&) noexcept;

    /// Why the wire cannot be drawn, or nothing. It takes the place of the one that the input had, and is not
    /// blamed for what is wrong without it.
    std::optional<Error> operator()(const Wire&) const;

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace core
