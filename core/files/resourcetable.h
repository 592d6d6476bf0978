// The table that core/CMakeLists.txt generates: every file under resources/ and shaders/, ended by a null
// row.
#pragma once

namespace core::files
{

struct ResourceRow {
    const char* name;
    const char* begin;
    const char* end;
};
extern const ResourceRow resourceRows[];

} // namespace core::files
