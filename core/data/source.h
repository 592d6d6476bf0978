// Inside of core/data: what the readers and generators give, before it is split and normalised.
#pragma once

#include "core/data/dataset.h"
#include "core/files/files.h"

#include <optional>

namespace core::data
{

/// A Dataset that still lacks its splits and its normalisation.
struct Examples {
    Dataset set;
    int64_t officialTest = 0; ///< so many examples at the end are the published test set
    bool fillMissing = false; ///< NaN in x stands for a missing value, to be replaced by the training mean
    int64_t stride = 1;       ///< of text: between the starts of two training blocks
};

/// The settings of a DataChoice, checked against what the set declares: unknown names and values out of range
/// are Errors; what is not set has its default.
class Settings
{
public:
    Settings(const DataChoice&, std::span<const ParameterDeclaration>);
    double number(std::string_view name) const;
    int64_t integer(std::string_view name) const { return int64_t(number(name)); }
    std::string text(std::string_view name) const;
    bool has(std::string_view name) const; ///< declared
    const DataChoice& choice() const { return m_choice; }

private:
    const ParameterDeclaration& declaration(std::string_view name) const;
    const Setting& setting(std::string_view name) const;
    const DataChoice& m_choice;
    std::span<const ParameterDeclaration> m_declared;
};

ParameterDeclaration numberParameter(std::string name, double initial, double low, double high,
                                     std::string help);
ParameterDeclaration integerParameter(std::string name, double initial, double low, double high,
                                      std::string help);
ParameterDeclaration textParameter(std::string name, std::string initial, std::string help);
ParameterDeclaration choiceParameter(std::string name, std::vector<std::string> choices,
                                     std::string help); ///< the first is the default

/// Elements that one set may hold: 2^30 (4 GiB).
inline constexpr int64_t elementLimit = int64_t(1) << 30;

std::vector<std::string> numberNames(int64_t count); ///< "0", "1", ...
/// Labels must lie in [0, classes). Error says which example.
void checkLabels(const Array& labels, int64_t classes, const std::string& source);
/// The bytes of a file, unpacked if it is a gzip file.
std::string readPacked(const std::string& path);
/// The first bytes of a file (up to 4096), of what is packed in it if it is a gzip file.
std::string readHead(const std::string& path);
/// path, or path + ".gz", whichever exists; nothing if neither does.
std::optional<std::string> existing(const std::string& path);

bool isFolder(const std::string& path);
/// Full paths, sorted; hidden entries are left out.
std::vector<std::string> listFolder(const std::string& path);
/// Puts the examples of `more` after those of `array`; all other sizes must agree.
void append(Array& array, const Array& more, const std::string& source);

/// Splits by the choice's seed and shares, fills what is missing, normalises, checks every number.
Dataset prepare(Examples, const DataChoice&, double testShare);

} // namespace core::data
