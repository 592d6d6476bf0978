// One Python function while it is written: lines, names, and which axes lie where in the arrays that it has.
// Private to core/diagram.
#pragma once

#include "core/diagram/torchparts.h"

namespace core::diagram
{

/// What stands for a value. Axes that it has but `order` lacks are repeated: it broadcasts over them.
struct TorchTensor {
    std::string text;
    std::vector<std::string> order;
    bool number = false; ///< a number of Python, no tensor

    int dim(const std::string& axis) const; ///< -1 if it is not there
};

/// A parameter or running statistic: its key in state_dict, its name in the lab, which of the lab's axes come
/// in which order, and the shape that they are brought to.
struct TorchParameter {
    std::string key, name;
    std::vector<int> order;
    std::vector<int64_t> shape;
};

/// What a class has besides its functions.
struct TorchClass {
    std::string path;              ///< of the block that it is made from
    std::vector<std::string> init; ///< lines of __init__
    std::set<std::string> attributes;
    std::vector<TorchParameter> parameters;

    std::string attribute(const std::string& wanted); ///< a free name, taken from now on
    void add(std::string name, const std::string& value);
    /// Of an instruction of op parameter or state: its axes in this order, joined to this shape.
    void parameter(std::string key, const Instruction&, const std::vector<std::string>& order,
                   std::vector<int64_t> shape);
};

std::string identifier(const std::string&);         ///< as Python wants it
std::string tuple(const std::vector<std::string>&); ///< "(2, 3)", "(2,)"
std::string list(const std::vector<std::string>&);  ///< "2, 3"
std::vector<std::string> axisNames(const Type&);
std::vector<std::string> without(std::vector<std::string>, const std::vector<std::string>& gone);
std::vector<std::string> joined(std::vector<std::string>, const std::vector<std::string>& more);

class TorchScope
{
public:
    TorchScope(const TorchProgram& program, TorchClass& owner)
        : program(program)
        , owner(owner)
    {
    }
    /// Of a loop within another function: knows its names and tensors by `give` only.
    TorchScope(const TorchProgram& program, const TorchScope& around);

    const TorchProgram& program;
    TorchClass& owner;
    std::vector<std::string> lines;
    std::string indent = "        ";
    std::map<ValueId, std::string> hints; ///< names that values should get

    bool has(ValueId value) const { return m_tensors.count(value) > 0; }
    TorchTensor tensor(ValueId);
    TorchTensor full(ValueId); ///< with all of its axes
    void give(ValueId value, TorchTensor tensor) { m_tensors[value] = std::move(tensor); }
    /// A formal parameter, or another name that stays.
    std::string take(const std::string& name);
    /// "name = text  # batch, channel=32".
    void assign(ValueId, const std::string& text, std::vector<std::string> order,
                const std::string& noun = "");
    /// A name for something that is no value of the program.
    std::string local(const std::string& stem, const std::string& text, const std::string& comment = "");
    void line(const std::string& text) { lines.push_back(indent + text); }

    static std::string permuted(const TorchTensor&, const std::vector<std::string>& order);
    /// As an operand of something that has the axes of `order`.
    static std::string aligned(const TorchTensor&, const std::vector<std::string>& order);
    /// The axes at the end, in this order; the others before, as they are. Changes the tensor.
    static TorchTensor last(const TorchTensor&, const std::vector<std::string>& axes);
    std::string sizeText(const Axis&); ///< the size of the batch is read off an array
    std::string device();              ///< ", device=x.device" where there is an array
    std::string comment(const std::vector<std::string>& order, const Type&) const;

private:
    std::string fresh(const std::string& stem, ValueId by);

    std::map<ValueId, TorchTensor> m_tensors;
    std::map<std::string, ValueId> m_names; ///< who is called like this; -1: stays
    std::vector<TorchTensor> m_batches;     ///< arrays that stay, with a batch
};

/// Writes the instruction, if it is one that stands for itself. False for parameters and loops.
bool writeTorch(TorchScope&, ValueId);

} // namespace core::diagram
