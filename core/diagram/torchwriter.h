// Blocks as classes of PyTorch, and the body of a function block after block. Private to core/diagram.
#pragma once

#include "core/diagram/torchscope.h"

namespace core::diagram
{

class TorchWriter
{
public:
    TorchWriter(const Diagram& diagram, const BlockLibrary& library)
        : m_diagram(diagram)
        , m_library(library)
    {
    }

    /// What happens in a block, one line an instruction, a layer or a block of a class of its own.
    void items(TorchScope&, const Part&);
    /// Running statistics of the function's class that move on while training.
    static void updates(TorchScope&);
    /// The classes that were needed, those that others need first. Blocks with the same text share one.
    const std::string& classes() const { return m_text; }

    static std::string constructor(const TorchClass&);
    static std::string function(const std::string& head, const TorchScope&, const std::string& result);

private:
    /// A class with the tensors of one block of its kind.
    struct Made {
        std::string name;
        std::vector<std::string> arguments; ///< of forward
        std::vector<ValueId> inputs, outputs;
        std::vector<std::vector<std::string>> orders; ///< axes of the outputs
        std::vector<TorchParameter> parameters;
    };

    void block(TorchScope&, const Part&);
    size_t copies(TorchScope&, const Part&, size_t first);
    Made classOf(TorchScope& around, const Part&);
    std::string nameOf(const std::string& text, const Part&);
    void instruction(TorchScope&, const Part&, ValueId);
    void loop(TorchScope&, const Part&, ValueId);

    const Diagram& m_diagram;
    const BlockLibrary& m_library;
    std::string m_text;
    std::map<std::string, std::string> m_classes; ///< names by text
    std::set<std::string> m_names;
};

} // namespace core::diagram
