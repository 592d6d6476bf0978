// Inside of core/data: one PNG or JPEG file decoded to bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace core::data
{

struct Picture {
    int64_t rows = 0, columns = 0, colours = 0; ///< colours: 1 grey, 3 red green blue
    std::vector<uint8_t> bytes;                 ///< [row, column, colour]
};

/// 8 bits a colour; transparency is laid on black. Error names the file; at most 2^26 pixels.
Picture readPicture(const std::string& path);

} // namespace core::data
