#include "core/files/files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace core::files
{

namespace
{

/// Closes on every way out; close() by hand where its result matters.
struct Descriptor {
    int number = -1;
    explicit Descriptor(int n)
        : number(n)
    {
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (number >= 0) ::close(number);
    }
    int close() { return ::close(std::exchange(number, -1)); }
};

Error systemError(const std::string& path, const std::string& doing, int code)
{
    Error error{path, doing + ": " + std::strerror(code), ""};
    if (code == ENOSPC || code == EDQUOT)
        error.hint = "free some space or save elsewhere; the old file is unchanged";
    if (code == EFBIG) error.hint = "a limit on file sizes is set; the old file is unchanged";
    if (code == EACCES || code == EPERM || code == EROFS)
        error.hint = "choose a folder that you may write to";
    if (code == ENOENT) error.hint = "check the path";
    return error;
}

std::string folderOf(const std::string& path)
{
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return ".";
    return slash == 0 ? "/" : path.substr(0, slash);
}

/// Follows symbolic links, so that saving through a link replaces the file and keeps the link.
std::string targetOf(const std::string& path)
{
    char* real = ::realpath(path.c_str(), nullptr);
    if (!real) return path;
    std::string result(real);
    std::free(real);
    return result;
}

void writeAll(int descriptor, std::string_view bytes, const std::string& path)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), std::min(bytes.size(), size_t(1) << 30));
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) throw systemError(path, "cannot write", errno);
        if (written == 0) throw systemError(path, "cannot write", ENOSPC);
        bytes.remove_prefix(size_t(written));
    }
}

} // namespace

std::string readFile(const std::string& path, size_t limit)
{
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number < 0) {
        Error error = systemError(path, "cannot open", errno);
        if (errno == EACCES) error.hint = "you may not read this file";
        throw error;
    }
    struct stat status {
    };
    if (::fstat(file.number, &status) != 0) throw systemError(path, "cannot read", errno);
    if (S_ISDIR(status.st_mode)) throw Error{path, "is a folder, not a file", "choose a file"};
    const auto tooLarge = [&] {
        return Error{path, "is larger than the limit of " + std::to_string(limit) + " bytes",
                     "is it the right file?"};
    };
    if (status.st_size > 0 && uint64_t(status.st_size) > limit) throw tooLarge();
    std::string bytes(size_t(std::max<int64_t>(status.st_size, 0)), '\0');
    size_t size = 0;
    // Sizes can lie (pipes, /proc, a file that grows): read until the end, one byte beyond the stated size.
    for (;;) {
        if (size == bytes.size()) {
            if (size > limit) throw tooLarge();
            bytes.resize(size + std::max<size_t>(1, std::min<size_t>(size_t(1) << 16, limit - size + 1)));
        }
        const ssize_t got = ::read(file.number, bytes.data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw systemError(path, "cannot read", errno);
        if (got == 0) break;
        size += size_t(got);
    }
    if (size > limit) throw tooLarge();
    bytes.resize(size);
    return bytes;
}

void writeFile(const std::string& path, std::string_view bytes)
{
    const std::string target = targetOf(path);
    struct stat status {
    };
    const bool exists = ::stat(target.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode)) throw Error{path, "is a folder", "choose a file name"};
    if (exists && !S_ISREG(status.st_mode)) {
        // A device or a pipe cannot be replaced by a rename.
        Descriptor device(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.number < 0) throw systemError(path, "cannot open", errno);
        writeAll(device.number, bytes, path);
        return;
    }
    std::string temporary;
    Descriptor file(-1);
    for (int attempt = 0; file.number < 0; ++attempt) {
        temporary = target + "." + std::to_string(::getpid()) + "-" + std::to_string(attempt) + ".part";
        file.number = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (file.number < 0 && (errno != EEXIST || attempt == 1000))
            throw systemError(path, "cannot create a temporary file beside it", errno);
    }
    try {
        if (exists) ::fchmod(file.number, status.st_mode & 0777);
        writeAll(file.number, bytes, path);
        if (::fsync(file.number) != 0) throw systemError(path, "cannot write", errno);
        if (file.close() != 0) throw systemError(path, "cannot write", errno);
        if (::rename(temporary.c_str(), target.c_str()) != 0)
            throw systemError(path, "cannot replace", errno);
    } catch (...) {
        ::unlink(temporary.c_str());
        throw;
    }
    Descriptor folder(::open(folderOf(target).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number >= 0) ::fsync(folder.number); // the new file is whole either way
}

} // namespace core::files
