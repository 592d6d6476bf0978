// What a block consists of, for those who look for layers in it. Private to core/diagram.
#pragma once

#include "core/diagram/torchscope.h"

#include <optional>

namespace core::diagram::torch
{

using Names = std::vector<std::string>;

/// The instructions of a block, sorted by what they do.
struct Content {
    std::vector<ValueId> all, parameters, states, contractions, formulas, reductions, windows, pads, folds,
        gathers, randoms;
    bool plain = true; ///< nothing else but renaming
    std::vector<ValueId> inputs, outputs;

    Content(const TorchProgram&, const Part&);
};

/// The weight that a contraction multiplies by, and what its axes are called in the end.
struct Map {
    ValueId x = -1, weight = -1, bias = -1;
    Names from;                            ///< summed over
    std::map<std::string, std::string> to; ///< other axes of the weight: their names behind the renaming
};
/// Follows renamings from a value that only they read, and then the addition of a bias.
std::optional<Map> mapOf(const TorchProgram&, const Content&, ValueId end);
/// Its axes as `order` names them behind the renaming.
Names own(const Map&, const Names& order);
/// The axes that take the place of those that are summed over.
Names targets(const TorchProgram&, const Map&);

std::string number(int64_t);
bool has(const Names&, const std::string&);
bool sameSet(Names, Names);
int64_t product(const Type&, const Names& axes); ///< of their sizes

// Each writes the block if it is one, see writeLayer.
bool convolution(TorchScope&, const Part&, const Content&);
bool transposedConvolution(TorchScope&, const Part&, const Content&);
bool pooling(TorchScope&, const Part&, const Content&);

} // namespace core::diagram::torch
