// A data set in memory: examples, targets, how they are split and normalised.
#pragma once

#include "core/array.h"
#include "core/diagram/elaborate.h"

#include <span>

namespace core
{

enum class Task : uint8_t { Classification, Regression, NextToken };

/// x' = (x - shift) / scale, reversible. Entry i % size belongs to element i of an example: one number for
/// all, one a feature, or (images, colour being the last axis) one a colour. Measured on the training part
/// only.
struct Normalisation {
    std::string kind = "none"; ///< none | unit | standard
    std::vector<float> shift{0}, scale{1};
    void apply(std::span<float> example) const;
    void undo(std::span<float> example) const;
};

/// x: [example, feature] of tables, [example, row, column, colour] of images (colour is 1 or 3), both real.
/// y: integer [example] labels, or real targets: [example], or [example, target] if there is more than one.
/// Text is one long row of tokens: x is integer [token], y is empty; an index is the position where a block
/// starts, a batch is x [batch, token = blockLength] and y the same shifted by one. Other sets of tokens have
/// x integer [example, token]. Labels can be many an example: [example, token], [example, row, column].
/// Two-class generators have real targets -1 and +1 by default: task Regression with two class names, see
/// signs().
struct Dataset {
    std::string name, source; ///< source: citation and licence
    Task task = Task::Classification;
    Array x, y;
    std::vector<std::string> classNames, featureNames;
    std::vector<std::string> vocabulary;          ///< of tokens: what token i prints as
    std::vector<int64_t> train, validation, test; ///< example indices, shuffled (text: starts of blocks)
    int64_t blockLength = 0;                      ///< of text
    Normalisation normalisation;                  ///< of x, already applied
    Normalisation targetNormalisation;            ///< of real targets, already applied

    int64_t examples() const { return x.type.axes.empty() ? 0 : x.type.axes.front().size; }
    int64_t classes() const ///< 0: regression
    {
        if (task == Task::NextToken) return int64_t(vocabulary.size());
        return task == Task::Regression ? 0 : int64_t(classNames.size());
    }
    /// Targets are -1 (classNames[0]) and +1 (classNames[1]): accuracy is agreement of signs.
    bool signs() const { return task == Task::Regression && classNames.size() == 2; }
    DataSignature signature(int64_t batch) const; ///< axis "example" becomes "batch"
};

/// Copies examples into a batch, in the layout that signature() promises (float or int32). No allocation.
void fillBatch(const Dataset&, std::span<const int64_t> indices, void* x, void* y);

/// What can be named in DataChoice::name besides a path.
struct DataDeclaration {
    std::string name, title, help, source;
    enum class Kind : uint8_t { Embedded, Generator, External } kind;
    bool available = true;                        ///< External: found in the data folder
    std::vector<ParameterDeclaration> parameters; ///< of generators: noise, examples
};
std::vector<DataDeclaration> dataDeclarations();

/// Loads, splits, normalises as the choice says. Error on anything wrong with the name, the files or the
/// numbers (non-finite values and labels out of range are located: row and column).
Dataset loadDataset(const DataChoice&);

/// Where External sets are looked for: $AXO_DATA, then the user's data folder. May be empty.
std::string dataFolder();

} // namespace core
