// Reading JSON that others wrote: bounded, located, every problem collected. Private to core/diagram.
#pragma once

#include "core/diagram/document.h"
#include "core/error.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace core::diagram
{

using Json = nlohmann::ordered_json;

inline constexpr size_t largestText = size_t(32) << 20; ///< bytes of a document or a block declaration
inline constexpr int deepestNesting = 64;

/// The parsed text, or nothing and a problem with line and column. Size and nesting are checked before
/// parsing, so hostile text costs one pass over its bytes.
std::optional<Json> parseJson(std::string_view text, std::string_view source, Errors& problems);

/// "a number", "text", ...: what an error says it found.
std::string kindOf(const Json&);

/// A number, text, true or false; nothing for anything else.
std::optional<Setting> settingFrom(const Json&);
Json settingJson(const Setting&);

/// The fields of a document that the diagram has no need of, as an object.
Json unknownFields(const Document&);

/// Adds what `rest` has and `object` lacks, also inside objects that both have.
void addMissing(Json& object, const Json& rest);

/// Reads the keys of one object: each key is taken at most once, problems are located as "SOURCE: path.key",
/// what nobody took is left over.
class ObjectReader
{
public:
    ObjectReader(const Json& object, std::string where, Errors& problems)
        : m_object(object)
        , m_where(std::move(where))
        , m_problems(problems)
    {
    }

    /// The value of the key, or null if it is absent.
    const Json* take(const char* key);
    void text(const char* key, std::string& out);
    void number(const char* key, double& out, double low, double high);
    void whole(const char* key, int64_t& out, int64_t low);
    void seed(const char* key, uint64_t& out);
    void flag(const char* key, bool& out);
    Json leftOver() const;                    ///< an object of the keys that were not taken
    void refuseRest(const std::string& noun); ///< they are problems: "is no key of NOUN"

    void problem(const std::string& key, std::string what, std::string hint = {});

private:
    const Json& m_object;
    std::string m_where;
    Errors& m_problems;
    std::vector<std::string> m_taken;
};

} // namespace core::diagram
