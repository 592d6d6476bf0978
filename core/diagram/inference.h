// Types and errors of a diagram that is being edited: those that elaborate() gives, but a block whose own
// settings and inputs are what they were is not looked at again.
#pragma once

#include "core/diagram/elaborate.h"

namespace core
{

class Inference
{
public:
    Inference();
    ~Inference();
    Inference(Inference&&) noexcept;
    Inference& operator=(Inference&&) noexcept;

    /// The library must live until the next call.
    void update(const Diagram&, const BlockLibrary&, const DataSignature&, Phase);

    const std::map<std::string, WireType>& types() const; ///< by output port, as in Elaboration
    const Errors& errors() const;
    /// Output ports whose types are not what they were before the last update, or are gone.
    const std::vector<std::string>& changed() const;
    size_t blocksRun() const; ///< by the last update: all the others were known

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace core
