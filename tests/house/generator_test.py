"""What makes C++ of the protocol's schema: that it names what it cannot read, rather than leaving it out."""

import json
import pathlib
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "cmake"))

import generate_messages  # noqa: E402


class TheGenerator(unittest.TestCase):
    def setUp(self):
        self.schema = json.loads((ROOT / "protocol/signaling.schema.json").read_text())

    def message(self, **properties):
        self.schema["$defs"]["Ack"]["properties"].update(properties)
        return generate_messages.generate(self.schema)

    def test_each_message_of_a_client_has_a_struct_and_a_reader(self):
        files = generate_messages.generate(self.schema)
        for one in self.schema["$defs"]["ClientMessage"]["oneOf"]:
            title = one["$ref"].removeprefix("#/$defs/")
            kind = self.schema["$defs"][title]["properties"]["type"]["const"]
            self.assertIn(f"struct {title} {{", files["client_message.h"])
            self.assertIn(f'if (type == "{kind}")', files["client_message.cpp"])

    def test_a_new_field_is_read(self):
        files = self.message(loud={"type": "boolean", "default": True})
        self.assertIn("bool loud;", files["client_message.h"])
        self.assertIn('fields.boolean_if_there("loud").value_or(true)', files["client_message.cpp"])

    def test_a_field_that_nothing_reads_is_named(self):
        for field in ({"type": "number"}, {"type": "array", "items": {"type": "string"}}, {"$ref": "#/$defs/CallId"}):
            with self.subTest(field), self.assertRaisesRegex(generate_messages.Unreadable, r"Ack\.new"):
                self.message(new=field)

    def test_each_error_has_a_sentence(self):
        self.schema["$defs"]["ErrorCode"]["enum"].append("new_error")
        with self.assertRaisesRegex(generate_messages.Unreadable, "x-sentences"):
            generate_messages.generate(self.schema)


if __name__ == "__main__":
    unittest.main()
