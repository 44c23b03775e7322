"""Writes the C++ of protocol/signaling.schema.json: what a client can say and how it is read, error codes, end reasons.

    python3 cmake/generate_messages.py SCHEMA DIRECTORY

The TypeScript types come from the same file (web/sdk/scripts/generate_protocol.ts). Run by the build. What the schema says
in a way that nothing here can read ends with a sentence that names the place.
"""

import json
import pathlib
import re
import sys
import textwrap

IDS = {"UserId", "CallId", "ParticipantId", "KnockId"}
NAME_BYTES_MAX = 1_024  # of text whose length counts in characters, before it is cleaned
HEAD = "// Made from protocol/signaling.schema.json by cmake/generate_messages.py. Change the schema, not this file.\n"


class Unreadable(Exception):
    pass


def comment(text, indent=""):
    lines = textwrap.wrap(text, 96 - len(indent)) if text else []
    return "".join(f"{indent}// {line}\n" for line in lines)


def in_snake_case(title):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", title).lower()


def snake_to_constant(word):
    return "k" + "".join(part.capitalize() for part in word.split("_"))


class Field:
    """One property of a message: its C++ type, how it is read, and what it is when it is left out."""

    def __init__(self, name, schema, required, definitions, where):
        self.name, self.where, self.inner = name, f"{where}.{name}", None
        reference = schema.get("$ref", "").removeprefix("#/$defs/")
        target = definitions[reference] if reference else schema
        self.description = schema.get("description", "")
        self.type, self.read = self._read(reference, target, schema, required)

    def _read(self, reference, target, schema, required):
        there = "" if required else "_if_there"
        kind = target.get("type")
        if reference == "SignalData":
            return self._needed(required, "std::string_view", f'reader.raw_object(fields, "{self.name}")')
        if reference in IDS:
            return self._needed(required, f"std::optional<{reference}>", f'fields.id<{reference}>("{self.name}")')
        if reference == "RoomName":
            return self._needed(required, "std::string_view", f'reader.room_name(fields, "{self.name}")')
        if kind == "string":
            return self._string(target, schema, required, there)
        if kind == "integer":
            read = f'fields.integer{there}("{self.name}", {target["minimum"]})'
            return ("std::uint64_t" if required else "std::optional<std::uint64_t>"), read
        if kind == "boolean":
            return self._boolean(schema, required, there)
        if kind == "array":
            return self._array(target, required)
        if kind == "object" and "title" in target and not required:
            self.inner = target
            return f"std::optional<{target['title']}>", f'read_{in_snake_case(target["title"])}(fields, "{self.name}")'
        raise Unreadable(f"{self.where}: there is no reader for {json.dumps(schema)}")

    def _needed(self, required, kind, read):
        if not required:
            raise Unreadable(f"{self.where}: a field of this type has to be required")
        return kind, read

    def _string(self, target, schema, required, there):
        kind = "std::string_view" if required else "std::optional<std::string_view>"
        least = target.get("minLength", 0)
        if "x-limit" in schema:
            if not required:
                raise Unreadable(f"{self.where}: text with a limit has to be required")
            return kind, f'fields.characters("{self.name}", {least}, reader.limits().{schema["x-limit"]})'
        return kind, f'fields.text{there}("{self.name}", {least}, {target.get("maxLength", NAME_BYTES_MAX)})'

    def _boolean(self, schema, required, there):
        if required:
            return "bool", f'fields.boolean("{self.name}")'
        if "default" in schema:
            return "bool", f'fields.boolean_if_there("{self.name}").value_or({str(schema["default"]).lower()})'
        return "std::optional<bool>", f'fields.boolean{there}("{self.name}")'

    def _array(self, target, required):
        item = target.get("items", {}).get("$ref", "").removeprefix("#/$defs/")
        if item not in IDS or not target.get("uniqueItems") or target.get("minItems") != 1:
            raise Unreadable(f"{self.where}: of lists only those of different ids, at least one, can be read")
        read = f'fields.ids<{item}>("{self.name}", {target["maxItems"]})'
        return self._needed(required, f"std::vector<std::optional<{item}>>", read)


class Message:
    def __init__(self, schema, definitions):
        self.title = schema["title"]
        self.description = schema.get("description", "")
        properties = schema.get("properties", {})
        self.type = properties.get("type", {}).get("const")
        required = schema.get("required", [])
        self.fields = [
            Field(name, field, name in required, definitions, self.title)
            for name, field in properties.items()
            if name not in ("type", "id")
        ]

    def inner(self, definitions):
        return [Message(field.inner, definitions) for field in self.fields if field.inner]

    def struct(self):
        text = comment(self.description) + f"struct {self.title} {{\n"
        for field in self.fields:
            text += comment(field.description, "  ") + f"  {field.type} {field.name};\n"
        return text + "};\n"

    def reader(self):
        body = ",\n".join(f"      .{field.name} = {field.read}" for field in self.fields)
        arguments = "const MessageReader& reader, const Fields& fields"
        if not self.fields:
            arguments = "const MessageReader&, const Fields&"
        elif "reader." not in body:
            arguments = "const MessageReader&, const Fields& fields"
        inside = f"\n{body},\n  " if body else ""
        return f"{self.title} read_{in_snake_case(self.title)}({arguments}) {{\n  return {{{inside}}};\n}}\n"

    def inner_reader(self):
        body = ",\n".join(f"      .{field.name} = {field.read}" for field in self.fields)
        return (
            f"std::optional<{self.title}> read_{in_snake_case(self.title)}(const Fields& outer, std::string_view name) {{\n"
            f"  const auto inner = outer.object_if_there(name);\n"
            f"  if (!inner) return std::nullopt;\n"
            f"  const Fields& fields = *inner;\n"
            f"  return {self.title}{{\n{body},\n  }};\n}}\n"
        )


def client_messages(schema):
    definitions = schema["$defs"]
    names = [one["$ref"].removeprefix("#/$defs/") for one in definitions["ClientMessage"]["oneOf"]]
    return [Message(definitions[name], definitions) for name in names]


def client_message_header(schema):
    messages = client_messages(schema)
    text = "// What a client can say, checked and typed (PROTOCOL.md). Made by decode.h only.\n" + HEAD
    text += """#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "core/signaling/model/ids.h"

namespace visavis::signaling {

// Text views point into the decoder and live until its next use. An id whose text no server of ours could have made is
// nullopt: it is as unknown as any id that does not exist.

"""
    for message in messages:
        for inner in message.inner(schema["$defs"]):
            text += inner.struct() + "\n"
        text += message.struct() + "\n"
    bodies = ",\n                            ".join(message.title for message in messages)
    return text + f"""using ClientBody = std::variant<{bodies}>;

struct ClientMessage {{
  std::optional<std::uint64_t> id;
  ClientBody body;
}};

}}  // namespace visavis::signaling
"""


def client_message_source(schema):
    messages = client_messages(schema)
    text = HEAD + """#include "core/signaling/wire/client_message.h"

#include "core/signaling/wire/message_reader.h"

namespace visavis::signaling {
namespace {

"""
    for message in messages:
        for inner in message.inner(schema["$defs"]):
            text += inner.inner_reader() + "\n"
        text += message.reader() + "\n"
    text += """}  // namespace

std::optional<ClientBody> MessageReader::read_body(std::string_view type, const Fields& fields) const {
  // By length first: one comparison of text is left in most cases.
  switch (type.size()) {
"""
    by_length = {}
    for message in messages:
        by_length.setdefault(len(message.type), []).append(message)
    for length, those in sorted(by_length.items()):
        text += f"    case {length}:\n"
        for message in those:
            text += f'      if (type == "{message.type}") return read_{in_snake_case(message.title)}(*this, fields);\n'
        text += "      break;\n"
    return text + """    default:
      break;
  }
  return std::nullopt;
}

}  // namespace visavis::signaling
"""


def enumeration(schema, name, purpose):
    """A header and a source of an enumeration whose words are those of the wire."""
    definition = schema["$defs"][name]
    words, sentences = definition["enum"], definition.get("x-sentences")
    if sentences is not None and list(sentences) != words:
        raise Unreadable(f"{name}: x-sentences has to have each of the enum's words once, in their order")
    file = in_snake_case(name)
    header = f"// {purpose}\n" + HEAD + "#pragma once\n\n#include <cstddef>\n#include <cstdint>\n#include <string_view>\n\n"
    header += f"namespace visavis::signaling {{\n\n{comment(definition.get('description', ''))}"
    header += f"enum class {name} : std::uint8_t {{\n" + "".join(f"  {snake_to_constant(word)},\n" for word in words) + "};\n"
    header += f"inline constexpr std::size_t {snake_to_constant(file)}Count = {len(words)};\n\n"
    header += f"// The word used on the wire, in metrics and in logs.\nstd::string_view to_text({name} value);\n"
    if sentences:
        header += "\n// A sentence that tells a person what to do, used where no more specific one is given.\n"
        header += f"std::string_view sentence({name} value);\n"
    header += "\n}  // namespace visavis::signaling\n"
    source = HEAD + f'#include "core/signaling/wire/{file}.h"\n\nnamespace visavis::signaling {{\n\n'
    source += function("to_text", name, {word: word for word in words})
    if sentences:
        source += "\n" + function("sentence", name, sentences)
    source += "\n}  // namespace visavis::signaling\n"
    return {f"{file}.h": header, f"{file}.cpp": source}


def function(name, enumeration_name, texts):
    cases = "".join(
        f"    case {enumeration_name}::{snake_to_constant(word)}:\n      return {json.dumps(text, ensure_ascii=False)};\n"
        for word, text in texts.items()
    )
    return f"std::string_view {name}({enumeration_name} value) {{\n  switch (value) {{\n{cases}  }}\n  return {{}};\n}}\n"


def generate(schema):
    return {
        "client_message.h": client_message_header(schema),
        "client_message.cpp": client_message_source(schema),
        **enumeration(schema, "ErrorCode", "The stable error codes of the protocol, and the sentence that goes with each."),
        **enumeration(schema, "EndReason", "Why a participant, or a whole call, ended."),
        **enumeration(schema, "ByeCode", "Why the server closes the socket on purpose."),
        **enumeration(schema, "RoomRefusal", "Why somebody is not let into a room."),
    }


def main(schema_file, directory):
    try:
        files = generate(json.loads(pathlib.Path(schema_file).read_text(encoding="utf-8")))
    except Unreadable as problem:
        sys.exit(f"{schema_file}: {problem}")
    for name, text in files.items():
        file = pathlib.Path(directory) / name
        # What has not changed keeps its time, so that nothing is compiled for it again.
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
