// A Program: typed SSA over the registered primitive ops. A value: copied, compared, transformed, never
// mutated behind anyone's back.
#pragma once

#include "core/error.h"
#include "core/language/expression.h"
#include "core/program/type.h"

#include <map>
#include <memory>
#include <unordered_map>

namespace core
{

struct Op;
struct Program;

/// Index of the instruction that defines the value.
using ValueId = int32_t;

/// What an op needs besides its inputs. One plain record for all ops; each op says which fields it reads.
struct Attributes {
    std::vector<std::string> axes;       ///< the axes acted upon
    std::vector<std::string> to;         ///< the axes that take their place
    std::vector<int64_t> sizes;          ///< sizes, starts, strides: each op says which
    std::string name;                    ///< of an input or parameter; kind of a reduction
    std::vector<double> values;          ///< of a constant
    Type type;                           ///< of an input, parameter, constant, random
    language::Expression formula;        ///< of a formula; initial value of a parameter
    std::shared_ptr<const Program> body; ///< scan, custom, fixedPoint
    std::shared_ptr<const Program> gradient;

    friend bool operator==(const Attributes&, const Attributes&); ///< bodies by what is in them
    size_t hash() const;
};

/// Where in the diagram an instruction came from.
struct Provenance {
    std::string block;  ///< id path, "encoder/3/attention"
    std::string port;   ///< set on the value that a wire carries: "encoder.y"
    int statement = -1; ///< of the body of that block
    friend bool operator==(const Provenance&, const Provenance&) = default;
};

struct Instruction {
    const Op* op = nullptr;
    std::vector<ValueId> inputs;
    Attributes attributes;
    Type type;
    Provenance source;
};

struct Result {
    std::string name;
    ValueId value;
    friend bool operator==(const Result&, const Result&) = default;
};

/// After a run, `state` (an instruction of op parameter or state) holds `value`. All updates happen together,
/// after everything has been read.
struct Update {
    ValueId state;
    ValueId value;
    friend bool operator==(const Update&, const Update&) = default;
};

struct Program {
    std::vector<Instruction> code; ///< operands come before their users
    std::vector<Result> results;
    std::vector<Update> updates;
    Provenance here; ///< stamped on instructions as they are added

    /// Type-checks (Error on a user's mistake, naming op and axes) and returns the value; an equal
    /// instruction that exists already is returned instead of a second one (value numbering).
    ValueId add(const Op& op, std::vector<ValueId> inputs, Attributes attributes = {});
    const Type& type(ValueId value) const { return code[size_t(value)].type; }
    ValueId find(std::string_view opName,
                 std::string_view name) const; ///< input, parameter or state by name; -1
    std::string text() const;                  ///< one line an instruction

    friend bool operator==(const Program& a, const Program& b); ///< ignores provenance

private:
    std::unordered_multimap<size_t, ValueId> m_numbering;
};

} // namespace core
