#include "core/files/files.h"
#include "core/files/resourcetable.h"

#include <algorithm>

namespace core::files
{

std::string_view resource(std::string_view path)
{
    for (const ResourceRow* row = resourceRows; row->name; ++row)
        if (path == row->name) return {row->begin, size_t(row->end - row->begin)};
    throw Error{std::string(path), "no resource of this name is built in", ""};
}

std::vector<std::string> resourceNames(std::string_view folder)
{
    while (!folder.empty() && folder.back() == '/') folder.remove_suffix(1);
    std::vector<std::string> names;
    for (const ResourceRow* row = resourceRows; row->name; ++row) {
        const std::string_view name = row->name;
        if (folder.empty() ||
            (name.starts_with(folder) && name.size() > folder.size() && name[folder.size()] == '/'))
            names.emplace_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace core::files
