// Inside of core/data: one function a kind of file. All of them check sizes before they allocate and throw
// Error.
#pragma once

#include "core/data/source.h"

namespace core::data
{

struct CsvOptions {
    std::string label;              ///< name or 1-based number of the column; empty: the last
    std::string task = "auto";      ///< auto | classification | regression
    std::string missing = "error";  ///< error | mean
    std::string header = "auto";    ///< auto | yes | no
    std::string delimiter = "auto"; ///< auto | comma | semicolon | tab | bar | space
};
/// Numbers, or text that becomes one-hot columns; a text label becomes classes, sorted. Fields may be quoted.
Examples readCsv(std::string_view bytes, const std::string& source, const CsvOptions&);

/// One IDX file (LeCun's format of MNIST): magic 00 00 type rank, big-endian sizes, elements.
Array parseIdx(std::string_view bytes, const std::string& source);
/// Images and the labels beside them, found by name (images-idx3 -> labels-idx1); with "train" in the name
/// and a "t10k" or "test" pair beside it, that is the official test set. classes = 0: as many as the labels
/// need.
Examples readIdxPair(const std::string& imagesPath, int64_t classes);

/// Records of a label byte and 3 x 32 x 32 bytes (planes red, green, blue). A folder: data_batch_*.bin and
/// test_batch*.bin, packed or not; a file: that one alone.
Examples readCifar10(const std::string& path);

/// NPZ with x and y (or x_train, y_train, x_test, y_test; images, data; labels, target), or an NPY of inputs
/// with the labels in another one: labelsPath, or found by name (x -> y, images -> labels, data -> labels).
Examples readNumpy(const std::string& path, const std::string& labelsPath, const std::string& task);

/// A folder a class, PNG or JPEG files of one size in it; folders train/ and test/ above them are official
/// splits.
/// colour: auto (3 if any of them is in colour) | grey | colour.
Examples readImageFolder(const std::string& path, const std::string& colour);
bool isImageFolder(const std::string& path);

/// Characters are tokens: code points if the text is UTF-8, else bytes; the vocabulary is sorted.
Examples readText(std::string_view bytes, const std::string& source, int64_t blockLength, int64_t stride);

/// x [example, row, column, colour] from [n, rows, columns] or [n, rows, columns, 1 or 3]; [example, feature]
/// from [n, features] or [n]; y [example] or [example, target]. Sizes must agree and labels lie in [0,
/// classes).
Examples examplesOf(Array x, Array y, int64_t classes, const std::string& task, const std::string& source);

Examples digits(); ///< the built-in 8x8 digits
/// The digits under noise; y [example, row, column] says which pixels are of the stroke.
Examples digitMasks(double noise, uint64_t seed);
/// Tokens to tokens: x and y are integer [example, token], of `symbols` symbols.
Examples sequences(const std::string& task, int64_t count, int64_t length, int64_t symbols, uint64_t seed);
std::vector<std::string> sequenceTasks(); ///< the first is the default
Examples generate(const std::string& kind, int64_t count, double noise, bool classes, uint64_t seed);

} // namespace core::data
