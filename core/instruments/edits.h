// Networks looked at as if they were a little different: wires edited or frozen, gradients sent back by
// another rule. One mechanism: the elaborated program is rewritten before anything is asked of it.
#pragma once

#include "core/diagram/changes.h"
#include "core/diagram/elaborate.h"
#include "core/instruments/moment.h"

namespace core
{

/// What a wire carries instead of v: what it takes in, and how that goes together with v.
struct WireEdit {
    enum class How : uint8_t { Set, Add, Scale, Mix }; ///< g, v + g, v g, (1 - share) v + share g
    enum class From : uint8_t {
        Number,
        Mean,     ///< of the batch
        Resample, ///< the same wire for other examples: those of the batch, each moved on by one
        Noise,    ///< normal numbers, the same ones at every look
        Moment,   ///< the same wire, unedited, at another moment: frozen to a recorded run
    };
    std::string wire; ///< PortRef text, or a path inside a block
    std::string into; ///< only on its way into this block (id path); empty: everywhere
    How how = How::Set;
    From from = From::Number;
    double number = 0; ///< g where it comes from a number; the deviation of noise
    double share = 1;  ///< of Mix
    core::Moment moment = {};
};

/// How gradients pass a block of one input x and one output y. Forwards it is the same, bit for bit.
struct BackwardRule {
    enum class Rule : uint8_t {
        Through, ///< as if y were x: straight-through
        Ratio,   ///< as if y were x times the constant y/x: the identity rule of relevance propagation
        Half,    ///< half of its own: products
        None,    ///< as if y were constant: detached, frozen
    };
    std::string block; ///< id of a block of the diagram
    Rule rule = Rule::Through;
};

struct NetworkEdits {
    std::vector<WireEdit> wires;
    std::vector<BackwardRule> rules;
    bool empty() const { return wires.empty() && rules.empty(); }
};

/// "hidden.y = 0", "hidden.y > out *= 0.5", "hidden.y += 1", "hidden.y += 0.1 noise", "hidden.y = mean",
/// "= resample", "= initial" or "= step 200" (the caller gives that moment its values), "hidden.y ~ 0.3 mean"
/// for a mix. Error says what is wrong.
WireEdit parseWireEdit(const std::string& text);
/// "relu1 ratio"; through, ratio, half, none.
BackwardRule parseBackwardRule(const std::string& text);
NetworkEdits editsOf(const Changes&); ///< Error for the first that cannot be read
std::string textOf(const WireEdit&);  ///< what is parsed to the same, but for values of moments

/// What there is to choose from: forms are made of this.
struct EditKind {
    std::string_view name, help;
    WireEdit::How how;
    WireEdit::From from;
    std::string_view number = {}; ///< what the one number of it means; empty: it has none
    double initial = 0, low = -1e6, high = 1e6;
};
const std::vector<EditKind>& editKinds();
const EditKind* kindOf(const WireEdit&); ///< null: it can be written down only
WireEdit editOf(const EditKind&, std::string wire, std::string into);
double numberOf(const WireEdit&); ///< the one of its kind
void setNumber(WireEdit&, double);
struct RuleKind {
    std::string_view name, help;
    BackwardRule::Rule rule;
};
const std::vector<RuleKind>& ruleKinds();

/// The same with its wires edited; `wires` names what they carry then, and the program has an input
/// givenName(i) for edit i if that comes from a moment. Error for wires and blocks that there are not, and
/// rules that do not fit.
Elaboration edited(const Elaboration&, const Diagram&, const NetworkEdits&);
std::string givenName(size_t edit);

} // namespace core
