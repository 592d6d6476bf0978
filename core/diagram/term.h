// The evaluator of terms: statements over named-axis arrays appended to a program. Private to core/diagram.
#pragma once

#include "core/diagram/elaborate.h"
#include "core/diagram/size.h"

#include <set>
#include <variant>

namespace core::diagram
{

/// An axis as a term names it: "channel", or "hidden: 4*d" where its size is said too.
struct AxisSpec {
    std::string name;
    std::optional<Size> size;
};
using AxisList = std::vector<AxisSpec>;

/// Kinds of block at the border of an inside.
inline constexpr const char* inputKind = "input";
inline constexpr const char* outputKind = "output";

/// A name that no variable has: an axis, a symbol, a choice, yes or no, as its place wants it.
struct Word {
    std::string text;
};
struct Arrow {
    AxisList from, to;
};
struct Text {
    std::string text;
};
using Arrays = std::vector<ValueId>; ///< one, or several where a port is variadic

using Value = std::variant<std::monostate, Arrays, Size, AxisList, Arrow, Word, Text, bool>;

/// The variables of one block body while it is evaluated.
struct Frame {
    std::string path;               ///< "encoder/3/attention"
    std::string names;              ///< what parameters are named after: the path, or less inside a group
    int depth = 0;                  ///< bodies around this one
    bool variablesHaveNames = true; ///< false: names are axes and symbols only (text that the user typed)
    std::vector<std::pair<std::string, Value>> variables; ///< last assigned last
    std::map<std::string, int> taken;                     ///< names of parameters and inner blocks in use
    std::string target;                                   ///< what the statement under way assigns

    const Value* find(std::string_view name) const;
    void assign(const std::string& name, Value value);
    /// "weight", then "weight2", ...: the same statements give the same names.
    std::string fresh(const std::string& stem);
};

class Evaluator
{
public:
    enum class Detail : uint8_t { TypesOnly, WithFormulas };

    Evaluator(Program&, const BlockLibrary&, const DataSignature&, Phase, std::map<std::string, Size> symbols,
              Detail);

    /// The block's settings as variables of the frame; sizes in them may name axes of the inputs.
    void bindSettings(const BlockDeclaration&, const std::map<std::string, Setting>&, Frame&, Errors&);
    /// Checks the inputs (already variables of the frame) against what the ports declare.
    void checkPorts(const BlockDeclaration&, const Frame&, Errors&) const;
    /// Evaluates the body; the outputs in the order of the declaration. Throws the first Error.
    std::vector<ValueId> run(const BlockDeclaration&, Frame&);
    /// The same of a block that may be bypassed (its first array goes on) or muted (zeros, nothing learned or
    /// reported).
    std::vector<ValueId> runAs(BlockState, const BlockDeclaration&, Frame&);

    /// What bodies said with result(name, value); several losses add up.
    const std::vector<Result>& results() const { return m_results; }
    /// Size of an axis with its formula.
    Size sizeOf(ValueId, const std::string& axis) const;
    /// Formulas of the sizes, parallel to the axes of the value.
    const std::vector<Polynomial>& formulas(ValueId value) const { return m_formulas[size_t(value)]; }
    std::vector<std::vector<Polynomial>> takeFormulas() { return std::move(m_formulas); }
    ValueId dataInput(const std::string& name); ///< "x" or "y"
    /// Arrays that blocks of kind `input` stand for, by the id of the block.
    void give(std::map<std::string, WireType> inputs) { m_given = std::move(inputs); }
    ValueId givenInput(const std::string& id); ///< throws where nothing is given
    ValueId given(const std::string& name, const WireType&);
    ValueId given(const std::string& name, const Type&, const std::vector<Polynomial>& sizes);

    // For the functions of terms (functions.h).
    Program& program;
    const DataSignature& data;
    Phase phase;

    Value evaluate(Frame&, const language::Syntax&);
    void statement(Frame&, const language::Statement&);
    /// Whether the second argument of max or sum says what is reduced.
    bool namesAxes(const Frame&, const language::Syntax&) const;
    Size number(const Frame&, const Value&, const std::string& what) const;
    AxisList axes(const Frame&, const Value&, const std::string& what) const;
    ValueId array(const Frame&, const Value&, const std::string& what) const;
    std::string text(const Frame&, const Value&, const std::string& what) const;
    bool truth(const Frame&, const Value&, const std::string& what) const;

    std::optional<Size> findAxis(const Frame&, const std::string& axis) const;
    /// Axes with their sizes, said or seen on a variable.
    std::vector<Axis> sized(const Frame&, const AxisList&, const std::string& what);
    /// Learns the formulas of sizes of the instructions added since the last call.
    ValueId note(ValueId value);
    /// The next noted instructions have axes of these sizes.
    void hint(const AxisList& axes) { m_hints = axes; }
    std::string describe(const Frame&, ValueId) const; ///< "x (from hidden1.y)"
    void expectAgreement(const Frame&, const std::vector<ValueId>&) const;
    int64_t freshSite(const Frame&);
    /// "hidden1.weight", after the frame's names, or its path where that name is taken; never one twice.
    std::string parameterName(const Frame&, const std::string& stem);
    const BlockDeclaration* findBlock(const std::string& name) const { return m_library.find(name); }
    enum class Names : uint8_t { Taken, Free };
    /// Forgets what was added to the program after it was like this; its parameters' names stay taken for who
    /// adds them again, or are free.
    void rewind(const Program& before, Names);
    void addResult(const std::string& name, ValueId value);
    ValueId elementwise(Frame&, const language::Expression&, std::vector<ValueId> operands);
    language::Expression initial(const Frame&, const Value&) const;
    /// A block called by name; `arguments` as in a term, more positional arrays in front.
    std::vector<ValueId> callBlock(Frame&, const language::Syntax& call, std::vector<ValueId> first,
                                   const std::string& name);
    Value parseAxes(Frame&, const std::string& text, const std::string& where);

private:
    struct Lowered;
    Value call(Frame&, const language::Syntax&);
    Value callNamed(Frame&, const language::Syntax&); ///< of a block
    std::shared_ptr<const BlockDeclaration> declarationOf(const Frame&, const language::Syntax& call) const;
    Value name(const Frame&, const std::string&) const;
    Lowered lower(Frame&, const language::Syntax&, std::vector<ValueId>& operands);
    std::optional<Size> known(const Frame&, const std::string& name) const;
    Value coerce(Frame& typed, const ParameterDeclaration&, const Value&, const std::string& where);
    Value fromSetting(Frame& typed, const ParameterDeclaration&, const Setting&, const std::string& where);
    void checkRange(const ParameterDeclaration&, const Value&, const std::string& where) const;

    const BlockLibrary& m_library;
    std::map<std::string, Size> m_symbols;
    Detail m_detail;
    std::vector<std::vector<Polynomial>> m_formulas;
    AxisList m_hints;
    std::vector<Result> m_results;
    std::set<int64_t> m_sites;
    std::set<std::string> m_names; ///< of parameters
    std::map<std::string, WireType> m_given;
};

/// A function of terms that is neither elementwise nor a block: one row of the tables of functions.h.
struct Arguments;
struct TermFunction {
    std::string_view name;
    std::vector<std::string_view> arguments; ///< in order; those after `required` may be left out
    size_t required;
    Value (*apply)(Arguments&);
    bool givesAxes = false;  ///< the result names axes
    bool takesNames = false; ///< further arguments by name (apply)
};
const TermFunction* findTermFunction(std::string_view name);

/// What a function of terms is called with.
struct Arguments {
    Evaluator& evaluator;
    Frame& frame;
    const TermFunction& function;
    std::vector<Value> values;                        ///< by position in `function.arguments`
    std::vector<std::pair<std::string, Value>> named; ///< the further ones

    bool given(size_t i) const { return !std::holds_alternative<std::monostate>(values[i]); }
    std::string what(size_t i) const;
    ValueId array(size_t i) const { return evaluator.array(frame, values[i], what(i)); }
    Arrays arrays(size_t i) const;
    AxisList axes(size_t i) const { return evaluator.axes(frame, values[i], what(i)); }
    std::vector<std::string> names(size_t i) const;
    std::string axis(size_t i) const; ///< exactly one
    Size number(size_t i) const { return evaluator.number(frame, values[i], what(i)); }
    int64_t whole(size_t i, int64_t otherwise) const;
    std::string text(size_t i) const { return evaluator.text(frame, values[i], what(i)); }
};

} // namespace core::diagram
