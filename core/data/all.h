// Inside of core/data: the tables of named sets and of kinds of files.
#pragma once

#include "core/data/source.h"

#include <functional>

namespace core::data
{

/// A row of the table of names. `found` gives the path of an external set within the data folder, or nothing.
struct NamedSet {
    DataDeclaration declaration;
    std::function<std::optional<std::string>(const std::string& folder)> found;
    std::function<Examples(const Settings&)> load;
};
std::vector<NamedSet> namedSets();

/// A row of the table of files. `recognises` sees the path and the first bytes (empty for a folder).
struct FileFormat {
    std::string name;
    std::vector<ParameterDeclaration> parameters;
    bool (*recognises)(const std::string& path, std::string_view head);
    Examples (*read)(const std::string& path, const Settings&);
};
std::vector<ParameterDeclaration> textParameters();
std::vector<FileFormat> fileFormats(); ///< in the order in which they are asked

} // namespace core::data
