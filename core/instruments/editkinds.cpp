// How edits are written down, and which ones a form offers.
#include "core/instruments/edits.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace core
{

namespace
{

using How = WireEdit::How;
using From = WireEdit::From;

std::string trimmed(std::string part)
{
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    return part;
}

Error wrong(const std::string& text, const std::string& what)
{
    return {
        "edit '" + text + "'", what,
        "like hidden.y = 0, hidden.y > out *= 0.5, hidden.y += 1, hidden.y += 0.1 noise, hidden.y = mean, "
        "resample, initial or step 200, hidden.y ~ 0.3 mean"};
}

/// Takes the number at the beginning of `from` away.
double takeNumber(std::string& from, const std::string& text)
{
    char* end = nullptr;
    const double number = std::strtod(from.c_str(), &end);
    if (end == from.c_str()) throw wrong(text, "'" + from + "' is no number");
    from = trimmed(end);
    return number;
}

void readValue(WireEdit& edit, std::string value, const std::string& text)
{
    if (edit.how == How::Mix) edit.share = takeNumber(value, text);
    if (value == "mean") {
        edit.from = From::Mean;
    } else if (value == "resample") {
        edit.from = From::Resample;
    } else if (value == "initial") {
        edit.from = From::Moment;
    } else if (value.starts_with("step ")) {
        edit.from = From::Moment;
        value = trimmed(value.substr(5));
        edit.moment.step = int64_t(takeNumber(value, text));
        if (!value.empty()) throw wrong(text, "goes on with '" + value + "'");
    } else {
        edit.number = takeNumber(value, text);
        if (value == "noise")
            edit.from = From::Noise;
        else if (!value.empty())
            throw wrong(text, "goes on with '" + value + "'");
    }
}

/// As short as it can be without another number being read.
std::string shortest(double value)
{
    char text[32];
    return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string valueText(const WireEdit& edit)
{
    switch (edit.from) {
    case From::Number:
        return shortest(edit.number);
    case From::Mean:
        return "mean";
    case From::Resample:
        return "resample";
    case From::Noise:
        return shortest(edit.number) + " noise";
    case From::Moment:
        break;
    }
    return edit.moment.step == 0 ? "initial" : "step " + std::to_string(edit.moment.step);
}

} // namespace

WireEdit parseWireEdit(const std::string& text)
{
    const size_t sign = text.find_first_of("=+*~");
    if (sign == std::string::npos) throw wrong(text, "does not say what to do");
    WireEdit edit;
    edit.how = text[sign] == '+'   ? How::Add
               : text[sign] == '*' ? How::Scale
               : text[sign] == '~' ? How::Mix
                                   : How::Set;
    const bool two = text[sign] == '+' || text[sign] == '*';
    if (two && text.substr(sign + 1, 1) != "=") throw wrong(text, "has half an operator");
    const std::string place = text.substr(0, sign);
    const size_t arrow = place.find('>');
    edit.wire = trimmed(place.substr(0, arrow));
    if (arrow != std::string::npos) edit.into = trimmed(place.substr(arrow + 1));
    if (edit.wire.empty()) throw wrong(text, "names no wire");
    readValue(edit, trimmed(text.substr(sign + (two ? 2 : 1))), text);
    return edit;
}

std::string textOf(const WireEdit& edit)
{
    static constexpr const char* signs[] = {" = ", " += ", " *= ", " ~ "};
    return edit.wire + (edit.into.empty() ? "" : " > " + edit.into) + signs[size_t(edit.how)] +
           (edit.how == How::Mix ? shortest(edit.share) + " " : "") + valueText(edit);
}

BackwardRule parseBackwardRule(const std::string& text)
{
    const size_t space = text.rfind(' ');
    std::string known;
    for (const RuleKind& kind : ruleKinds()) {
        if (space != std::string::npos && text.substr(space + 1) == kind.name)
            return {text.substr(0, space), kind.rule};
        known += (known.empty() ? "" : ", ") + std::string(kind.name);
    }
    throw Error{"backward rule '" + text + "'", "is not a block and a rule", "rules are " + known};
}

NetworkEdits editsOf(const Changes& changes)
{
    NetworkEdits edits;
    for (const std::string& text : changes.values) edits.wires.push_back(parseWireEdit(text));
    for (const std::string& text : changes.gradients) edits.rules.push_back(parseBackwardRule(text));
    return edits;
}

const std::vector<EditKind>& editKinds()
{
    static const std::vector<EditKind> kinds{
        {"zero", "nothing goes through: ablated", How::Set, From::Number},
        {"number", "the same number everywhere", How::Set, From::Number, "value", 1},
        {"mean", "the mean of the batch: what is the same for all examples", How::Set, From::Mean},
        {"resample", "what the next example of the batch has here", How::Set, From::Resample},
        {"noise", "normal noise is added", How::Add, From::Noise, "deviation", 0.1, 0},
        {"add", "a number is added", How::Add, From::Number, "amount", 1},
        {"scale", "times a number", How::Scale, From::Number, "factor", 0.5},
        {"mix", "mixed with the mean of the batch", How::Mix, From::Mean, "share", 0.5, 0, 1},
        {"freeze", "as it was at another step of this run", How::Set, From::Moment, "step", 0, 0, 1e12},
    };
    return kinds;
}

const EditKind* kindOf(const WireEdit& edit)
{
    const auto found = std::find_if(editKinds().begin(), editKinds().end(), [&](const EditKind& kind) {
        const bool zero = kind.how == How::Set && kind.from == From::Number && kind.number.empty();
        return kind.how == edit.how && kind.from == edit.from && (!zero || edit.number == 0);
    });
    return found == editKinds().end() ? nullptr : &*found;
}

WireEdit editOf(const EditKind& kind, std::string wire, std::string into)
{
    WireEdit edit{std::move(wire), std::move(into), kind.how, kind.from};
    setNumber(edit, kind.initial);
    return edit;
}

double numberOf(const WireEdit& edit)
{
    return edit.how == How::Mix        ? edit.share
           : edit.from == From::Moment ? double(edit.moment.step)
                                       : edit.number;
}

void setNumber(WireEdit& edit, double number)
{
    if (edit.how == How::Mix)
        edit.share = number;
    else if (edit.from == From::Moment)
        edit.moment.step = std::llround(number);
    else
        edit.number = number;
}

const std::vector<RuleKind>& ruleKinds()
{
    using Rule = BackwardRule::Rule;
    static const std::vector<RuleKind> kinds{
        {"through", "as if the block gave what it takes: straight-through", Rule::Through},
        {"ratio", "as if it multiplied by the constant y/x: the identity rule of relevance propagation",
         Rule::Ratio},
        {"half", "half of its own: the rule of products", Rule::Half},
        {"none", "as if it were constant: frozen", Rule::None},
    };
    return kinds;
}

} // namespace core
