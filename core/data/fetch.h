// Downloads of external sets, only ever at the user's explicit request.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace core
{

/// A published file. `urls` are tried in turn; `checksum` is 32 (MD5) or 64 (SHA-256) hexadecimal digits.
/// Without `members` the file itself is placed, else those of a tar archive.
struct RemoteFile {
    std::vector<std::string> urls;
    std::string checksum;
    std::string place; ///< path within the data folder: of the file, or the folder of the members
    std::vector<std::string> members;
};

/// Where a set of dataDeclarations() is published; empty if it is not known.
std::vector<RemoteFile> remoteFiles(const std::string& name);

/// Downloads with curl, verifies, and only then moves everything into `folder`; what is there already stays.
/// Blocks; `say` hears a line a file. Error (nothing is placed): offline, no curl, a wrong checksum, a folder
/// that cannot be written; its hint says how to get the files by hand.
void fetchFiles(const std::string& name, std::span<const RemoteFile>, const std::string& folder,
                const std::function<void(const std::string&)>& say);

/// fetchFiles of remoteFiles(name) into dataFolder().
void fetchData(const std::string& name, const std::function<void(const std::string&)>& say);

} // namespace core
