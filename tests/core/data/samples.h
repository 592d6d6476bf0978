// Small valid files of every kind that core/data reads, made by the rules of their formats.
#pragma once

#include "tests/core/files/pack.h"

#include "core/data/dataset.h"
#include "core/error.h"

#include <QTemporaryDir>

#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <jpeglib.h>
#include <png.h>
#include <zlib.h>

namespace samples
{

inline std::string bigEndian(uint32_t value)
{
    return {char(value >> 24), char(value >> 16), char(value >> 8), char(value)};
}

inline std::string littleEndian(uint32_t value, size_t bytes)
{
    std::string text;
    for (size_t i = 0; i < bytes; ++i) text += char(value >> (8 * i));
    return text;
}

/// LeCun's format: 0 0 type rank, the sizes, the elements.
inline std::string idx(char type, const std::vector<uint32_t>& sizes, const std::string& elements)
{
    std::string bytes{0, 0, type, char(sizes.size())};
    for (const uint32_t size : sizes) bytes += bigEndian(size);
    return bytes + elements;
}

inline std::string gzip(const std::string& bytes) { return pack(bytes, 15 + 16); }

/// numpy.lib.format, version 1.0: the header is padded with spaces to a multiple of 64 and ends in a newline.
inline std::string npy(const std::string& descr, const std::string& shape, const std::string& elements)
{
    std::string header = "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }";
    header.append(63 - (header.size() + 10) % 64, ' ');
    header += '\n';
    return "\x93NUMPY" + std::string{1, 0} + littleEndian(uint32_t(header.size()), 2) + header + elements;
}

template<class Value> std::string raw(const std::vector<Value>& values)
{
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

/// PKWARE's APPNOTE: local headers with stored content, the central directory, its end record.
inline std::string zip(const std::vector<std::pair<std::string, std::string>>& entries)
{
    std::string bytes, directory;
    for (const auto& [name, content] : entries) {
        const auto sum = crc32(0, reinterpret_cast<const Bytef*>(content.data()), uInt(content.size()));
        const std::string common =
            littleEndian(20, 2) + std::string(8, '\0') + littleEndian(uint32_t(sum), 4) +
            littleEndian(uint32_t(content.size()), 4) + littleEndian(uint32_t(content.size()), 4) +
            littleEndian(uint32_t(name.size()), 2) + std::string(2, '\0');
        directory += "PK\1\2" + littleEndian(20, 2) + common + std::string(10, '\0') +
                     littleEndian(uint32_t(bytes.size()), 4) + name;
        bytes += "PK\3\4" + common + name + content;
    }
    const uint32_t count = uint32_t(entries.size());
    return bytes + directory + "PK\5\6" + std::string(4, '\0') + littleEndian(count, 2) +
           littleEndian(count, 2) + littleEndian(uint32_t(directory.size()), 4) +
           littleEndian(uint32_t(bytes.size()), 4) + std::string(2, '\0');
}

inline std::string png(uint32_t rows, uint32_t columns, uint32_t colours, const std::string& pixels)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = columns;
    image.height = rows;
    image.format = colours == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    std::string bytes(size_t(rows) * columns * colours + 1024, '\0');
    png_alloc_size_t size = bytes.size();
    if (!png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr)) return "";
    bytes.resize(size);
    return bytes;
}

inline std::string jpeg(uint32_t rows, uint32_t columns, int colours, const std::string& pixels)
{
    jpeg_compress_struct info{};
    jpeg_error_mgr errors;
    info.err = jpeg_std_error(&errors);
    jpeg_create_compress(&info);
    unsigned char* buffer = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&info, &buffer, &size);
    info.image_width = columns;
    info.image_height = rows;
    info.input_components = colours;
    info.in_color_space = colours == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, 100, TRUE);
    jpeg_start_compress(&info, TRUE);
    for (uint32_t row = 0; row < rows; ++row) {
        auto* line = reinterpret_cast<JSAMPROW>(const_cast<char*>(pixels.data())) +
                     size_t(row) * columns * size_t(colours);
        jpeg_write_scanlines(&info, &line, 1);
    }
    jpeg_finish_compress(&info);
    jpeg_destroy_compress(&info);
    const std::string bytes(reinterpret_cast<char*>(buffer), size);
    std::free(buffer);
    return bytes;
}

/// Krizhevsky's binary version: the label, then 1024 bytes each of red, green and blue.
inline std::string cifarRecord(char label, char green, char blue)
{
    std::string bytes(1, label);
    for (int i = 0; i < 1024; ++i) bytes += char(i);
    return bytes + std::string(1024, green) + std::string(1024, blue);
}

class Folder
{
public:
    std::string path(const std::string& name) const { return m_folder.path().toStdString() + "/" + name; }
    std::string write(const std::string& name, const std::string& bytes) const
    {
        std::filesystem::create_directories(std::filesystem::path(path(name)).parent_path());
        std::ofstream(path(name), std::ios::binary) << bytes;
        return path(name);
    }

private:
    QTemporaryDir m_folder;
};

inline core::DataChoice choose(const std::string& name,
                               const std::map<std::string, core::Setting>& settings = {})
{
    core::DataChoice choice;
    choice.name = name;
    choice.settings = settings;
    choice.validation = 0;
    return choice;
}

inline core::Setting number(double value) { return {core::Setting::Kind::Number, value, "", false}; }
inline core::Setting text(const std::string& value) { return {core::Setting::Kind::Text, 0, value, false}; }

/// The text of the Error, or nothing.
template<class Function> std::string errorOf(Function function)
{
    try {
        function();
    } catch (const core::Error& error) {
        return error.text();
    }
    return "";
}

inline bool contains(const std::string& whole, const std::string& part)
{
    return whole.find(part) != std::string::npos;
}

} // namespace samples
