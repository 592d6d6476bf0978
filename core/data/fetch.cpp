#include "core/data/fetch.h"

#include "core/data/source.h"

#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace core
{

namespace
{

namespace fs = std::filesystem;

struct Published {
    const char* name;
    std::vector<RemoteFile> files;
};

/// MD5 of MNIST as torchvision verifies it (torchvision/datasets/mnist.py), of Fashion-MNIST by its README,
/// of CIFAR-10 by its home page. The last two are published without a checksum: SHA-256 of the named
/// revisions.
std::vector<Published> publishedSets()
{
    const auto idx = [](const std::string& place, const std::vector<std::string>& homes,
                        const std::vector<std::pair<std::string, std::string>>& names) {
        std::vector<RemoteFile> files;
        for (const auto& [name, checksum] : names) {
            files.push_back({{}, checksum, place + "/" + name, {}});
            for (const std::string& home : homes) files.back().urls.push_back(home + name);
        }
        return files;
    };
    return {
        {"mnist",
         idx("mnist", {"https://ossci-datasets.s3.amazonaws.com/mnist/", "http://yann.lecun.com/exdb/mnist/"},
             {{"train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873"},
              {"train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432"},
              {"t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3"},
              {"t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c"}})},
        {"fashion-mnist",
         idx("fashion-mnist", {"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"},
             {{"train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"},
              {"train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"},
              {"t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"},
              {"t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"}})},
        {"cifar10",
         {{{"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"},
           "c32a1d4ab5d03f1284b67883e8d87530",
           "cifar10",
           {"cifar-10-batches-bin/data_batch_1.bin", "cifar-10-batches-bin/data_batch_2.bin",
            "cifar-10-batches-bin/data_batch_3.bin", "cifar-10-batches-bin/data_batch_4.bin",
            "cifar-10-batches-bin/data_batch_5.bin", "cifar-10-batches-bin/test_batch.bin"}}}},
        {"shakespeare",
         {{{"https://raw.githubusercontent.com/karpathy/char-rnn/"
            "6f9487a6fe5b420b7ca9afb0d7c078e37c1d1b4e/data/tinyshakespeare/input.txt"},
           "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
           "tinyshakespeare/input.txt",
           {}}}},
        {"california-housing",
         {{{"https://raw.githubusercontent.com/ageron/handson-ml2/"
            "1e2115277b50f6c584cd668fa30e3af309a5b136/datasets/housing/housing.csv"},
           "8a3727f4cf54ac1a327f69b1d5b4db54c5834ea81c6e4efc0d163300022a685e",
           "california-housing/housing.csv",
           {}}}},
    };
}

struct Outcome {
    int status = 0; ///< of exit; -1 after a signal
    std::string output;
};

/// Runs a program of the path without a shell; what it writes, errors too, is gathered up to 64 KiB.
Outcome run(std::vector<std::string> arguments)
{
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw Error{arguments[0], "cannot start it", ""};
    std::vector<char*> words;
    for (std::string& argument : arguments) words.push_back(argument.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    pid_t child = 0;
    const int code = ::posix_spawnp(&child, words[0], &actions, nullptr, words.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (code != 0) {
        ::close(ends[0]);
        throw Error{arguments[0], std::string("cannot start it: ") + std::strerror(code),
                    "install the program " + arguments[0]};
    }
    Outcome outcome;
    char buffer[4096];
    for (;;) {
        const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        if (outcome.output.size() < 65536) outcome.output.append(buffer, size_t(got));
    }
    ::close(ends[0]);
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    while (outcome.output.ends_with('\n')) outcome.output.pop_back();
    return outcome;
}

bool verified(const std::string& path, const std::string& checksum)
{
    const Outcome sum = run({checksum.size() == 64 ? "sha256sum" : "md5sum", "--", path});
    // A backslash stands before the sum if the name of the file needed escapes.
    const size_t start = sum.output.starts_with('\\');
    return sum.status == 0 && sum.output.compare(start, checksum.size(), checksum) == 0;
}

/// Removed with all that is in it, whatever happens.
struct WorkFolder {
    fs::path path;
    explicit WorkFolder(const fs::path& place)
        : path(place)
    {
        std::error_code code;
        fs::create_directories(path, code);
        if (code)
            throw Error{path.parent_path().string(), "cannot write there: " + code.message(),
                        "set AXO_DATA to a folder that you may write to"};
    }
    WorkFolder(const WorkFolder&) = delete;
    WorkFolder& operator=(const WorkFolder&) = delete;
    ~WorkFolder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
};

void download(const std::string& name, const RemoteFile& file, const fs::path& to, const std::string& hint,
              const std::function<void(const std::string&)>& say)
{
    Error last{"data " + name, "it has no address", hint};
    for (const std::string& url : file.urls) {
        say("getting " + url);
        const Outcome curl = run({"curl",
                                  "--fail",
                                  "--silent",
                                  "--show-error",
                                  "--location",
                                  "--proto",
                                  "=https,http,file",
                                  "--proto-redir",
                                  "=https,http",
                                  "--connect-timeout",
                                  "30",
                                  "--speed-limit",
                                  "1000",
                                  "--speed-time",
                                  "60",
                                  "--max-filesize",
                                  "1000000000",
                                  "--output",
                                  to.string(),
                                  "--",
                                  url});
        if (curl.status != 0)
            last = {url, curl.output.empty() ? "curl ended with " + std::to_string(curl.status) : curl.output,
                    hint};
        else if (!verified(to.string(), file.checksum))
            last = {url, "what came does not have the checksum " + file.checksum, hint};
        else
            return;
    }
    throw last;
}

struct Move {
    fs::path from, to;
};

/// Downloads one file into the work folder; what is to be moved from there when all has come.
std::vector<Move> prepare(const std::string& name, const RemoteFile& file, const fs::path& folder,
                          const fs::path& work, const std::function<void(const std::string&)>& say)
{
    const fs::path place = folder / file.place;
    const bool archive = !file.members.empty();
    std::vector<Move> moves;
    for (const std::string& member : file.members)
        moves.push_back({work / member, place / fs::path(member).filename()});
    if (!archive) moves.push_back({work / place.filename(), place});
    std::erase_if(moves, [](const Move& move) { return fs::exists(move.to); });
    if (moves.empty()) return moves;
    const std::string hint = "without a network, get it elsewhere and put " +
                             std::string(archive ? "what is in it into " : "it at ") + place.string();
    const fs::path target = archive ? work / "archive" : moves[0].from;
    download(name, file, target, hint, say);
    if (archive) {
        std::vector<std::string> tar{"tar", "-xf", target.string(), "-C", work.string(), "--"};
        tar.insert(tar.end(), file.members.begin(), file.members.end());
        const Outcome unpacked = run(tar);
        if (unpacked.status != 0)
            throw Error{file.urls.front(), "cannot unpack it: " + unpacked.output, hint};
    }
    return moves;
}

} // namespace

std::vector<RemoteFile> remoteFiles(const std::string& name)
{
    for (Published& set : publishedSets())
        if (set.name == name) return std::move(set.files);
    return {};
}

void fetchFiles(const std::string& name, std::span<const RemoteFile> files, const std::string& folder,
                const std::function<void(const std::string&)>& say)
{
    const WorkFolder work(fs::path(folder) / ("." + name + "-" + std::to_string(::getpid())));
    std::vector<Move> moves;
    for (const RemoteFile& file : files)
        for (Move& move : prepare(name, file, folder, work.path, say)) moves.push_back(std::move(move));
    for (const Move& move : moves) {
        std::error_code code;
        fs::create_directories(move.to.parent_path(), code);
        if (!code) fs::rename(move.from, move.to, code);
        if (code)
            throw Error{move.to.string(), "cannot write it: " + code.message(),
                        "set AXO_DATA to a folder that you may write to"};
        say("placed " + move.to.string());
    }
}

void fetchData(const std::string& name, const std::function<void(const std::string&)>& say)
{
    const std::vector<RemoteFile> files = remoteFiles(name);
    if (files.empty()) {
        std::string known;
        for (const Published& set : publishedSets())
            known += (known.empty() ? "" : ", ") + std::string(set.name);
        throw Error{"data " + name, "it is not known where this set is published", "known: " + known};
    }
    const std::string folder = dataFolder();
    if (folder.empty()) throw Error{"data " + name, "there is no data folder", "set AXO_DATA to a folder"};
    fetchFiles(name, files, folder, say);
}

} // namespace core
