// A data set in memory: examples, targets, how they are split and normalised.
#pragma once

#include "core/array.h"
#include "core/diagram/elaborate.h"

namespace core
{

enum class Task : uint8_t { Classification, Regression, NextToken };

/// x' = (x - shift) / scale per feature (or one number for all); reversible.
struct Normalisation {
    std::string kind = "none";
    std::vector<float> shift{0}, scale{1};
    void apply(std::span<float> example) const;
    void undo(std::span<float> example) const;
};

/// x: [example, feature axes...]; y: [example] labels or [example, feature...] targets. Images have axes
/// [example, row, column, colour]. Text is one long row of tokens, cut into blocks when batched: x is [token].
struct Dataset {
    std::string name, source; ///< source: citation and licence
    Task task = Task::Classification;
    Array x, y;
    std::vector<std::string> classNames, featureNames;
    std::vector<std::string> vocabulary; ///< of text: what token i prints as
    std::vector<int64_t> train, validation, test; ///< example indices (text: start positions are drawn from ranges)
    int64_t blockLength = 0;                      ///< of text
    Normalisation normalisation;

    int64_t examples() const { return x.type.axes.empty() ? 0 : x.type.axes.front().size; }
    int64_t classes() const { return task == Task::Regression ? 0 : int64_t(classNames.size()); }
    DataSignature signature(int64_t batch) const; ///< axis "example" becomes "batch"
};

/// Copies examples into a batch, in the layout that signature() promises. No allocation.
void fillBatch(const Dataset&, std::span<const int64_t> indices, void* x, void* y);

/// What can be named in DataChoice::name besides a path.
struct DataDeclaration {
    std::string name, title, help, source;
    enum class Kind : uint8_t { Embedded, Generator, External } kind;
    bool available = true; ///< External: found in the data folder
    std::vector<ParameterDeclaration> parameters; ///< of generators: noise, examples
};
std::vector<DataDeclaration> dataDeclarations();

/// Loads, splits, normalises as the choice says. Error on anything wrong with the name, the files or the numbers
/// (non-finite values and labels out of range are located: row and column).
Dataset loadDataset(const DataChoice&);

/// Where External sets are looked for: $AXO_DATA, then the user's data folder. May be empty.
std::string dataFolder();

} // namespace core
