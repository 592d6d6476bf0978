#include "core/data/picture.h"

#include "core/files/files.h"

#include <csetjmp>
#include <cstdio>
#include <jpeglib.h>
#include <png.h>

namespace core::data
{

namespace
{

constexpr int64_t pixelLimit = int64_t(1) << 26;
constexpr size_t fileLimit = size_t(1) << 28;

void requireSize(int64_t columns, int64_t rows, const std::string& path)
{
    if (columns < 1 || rows < 1 || columns > pixelLimit / rows)
        throw Error{path,
                    "a picture of " + std::to_string(columns) + " x " + std::to_string(rows) + " pixels",
                    "at most 2^26 pixels"};
}

Picture decodePng(const std::string& bytes, const std::string& path)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    struct Free {
        png_image& image;
        ~Free() { png_image_free(&image); }
    } free{image};
    const auto fail = [&] {
        return Error{path, std::string("PNG: ") + image.message, "the file is damaged"};
    };
    if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) throw fail();
    requireSize(image.width, image.height, path);
    const bool colour = image.format & PNG_FORMAT_FLAG_COLOR;
    image.format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    Picture picture{image.height, image.width, colour ? 3 : 1, {}};
    picture.bytes.resize(PNG_IMAGE_SIZE(image));
    if (!png_image_finish_read(&image, nullptr, picture.bytes.data(), 0, nullptr)) throw fail();
    return picture;
}

/// libjpeg's default handler ends the program; this one jumps back.
struct JpegFailure {
    jpeg_error_mgr manager;
    std::jmp_buf back;
    char message[JMSG_LENGTH_MAX];
};

void onJpegError(j_common_ptr info)
{
    auto* failure = reinterpret_cast<JpegFailure*>(info->err);
    info->err->format_message(info, failure->message);
    std::longjmp(failure->back, 1);
}

/// False after a jump. Owns nothing: what a jump could leave half made belongs to the caller.
bool decompress(jpeg_decompress_struct& info, JpegFailure& failure, const std::string& bytes,
                const std::string& path, Picture& picture)
{
    if (setjmp(failure.back)) return false;
    jpeg_create_decompress(&info);
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()),
                 static_cast<unsigned long>(bytes.size()));
    jpeg_read_header(&info, TRUE);
    requireSize(info.image_width, info.image_height, path);
    info.out_color_space = info.jpeg_color_space == JCS_GRAYSCALE ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_start_decompress(&info);
    picture = {info.output_height, info.output_width, info.output_components, {}};
    picture.bytes.resize(size_t(picture.rows * picture.columns * picture.colours));
    while (info.output_scanline < info.output_height) {
        JSAMPROW row =
            picture.bytes.data() + info.output_scanline * size_t(picture.columns * picture.colours);
        jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
    return true;
}

Picture decodeJpeg(const std::string& bytes, const std::string& path)
{
    jpeg_decompress_struct info{};
    JpegFailure failure{};
    Picture picture;
    info.err = jpeg_std_error(&failure.manager);
    failure.manager.error_exit = onJpegError;
    // A warning means damaged data that libjpeg would fill with grey.
    failure.manager.emit_message = [](j_common_ptr info, int level) {
        if (level < 0) onJpegError(info);
    };
    struct Destroy {
        jpeg_decompress_struct& info;
        ~Destroy() { jpeg_destroy_decompress(&info); }
    } destroy{info};
    if (!decompress(info, failure, bytes, path, picture))
        throw Error{path, std::string("JPEG: ") + failure.message, "the file is damaged"};
    return picture;
}

} // namespace

Picture readPicture(const std::string& path)
{
    const std::string bytes = files::readFile(path, fileLimit);
    if (bytes.starts_with("\x89PNG")) return decodePng(bytes, path);
    if (bytes.starts_with("\xff\xd8")) return decodeJpeg(bytes, path);
    throw Error{path, "it is neither a PNG nor a JPEG file", "remove or convert it"};
}

} // namespace core::data
