// Fields of wires and sizes that this version does not know: read beside them, kept in Document::unknown, and
// written again. Private to core/diagram.
#pragma once

#include "core/diagram/document.h"
#include "core/diagram/json.h"

namespace core::diagram
{

/// Keys of Document::unknown under which they are: no file has such keys.
inline constexpr const char *wireFields = " wires", *sizeFields = " sizes";
Json fieldsIn(const std::string& unknown, const char* key);

std::string keyOf(const Wire&);
/// A wire is ["a.y", "b.x"] or {"from": "a.y", "to": "b.x"}; `rest` is what else there is.
std::optional<Wire> readWire(const Json&, Json& rest);
Json wireJson(const Wire&, const Json& fields);

/// A size is a number, a formula, or {"formula": "4*d"} with fields that this version does not know, which
/// are returned. What cannot be read at all is put into `unread`.
Json readSizes(const Json& object, ObjectReader&, Diagram&, Json& unread);
Json sizesJson(const Diagram&, const Json& fields);

/// The fields of a wire go with it when an end is called differently.
void moveFields(Document&, const Wire& before, const Wire& after);

} // namespace core::diagram
