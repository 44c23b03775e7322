"""Holds the repository to the rules of the house, after showing that each rule can be broken.

    python3 -m unittest discover -s tests/house -p '*_test.py'
"""

import pathlib
import tempfile
import unittest

import rules

ROOT = pathlib.Path(__file__).resolve().parents[2]


class TheRepository(unittest.TestCase):
    """Each rule over the real tree."""


def _holds(rule):
    def test(self):
        self.assertEqual([], list(rule(ROOT)), rule.__doc__)

    return test


for _rule in rules.RULES:
    setattr(TheRepository, f"test_{_rule.__name__}", _holds(_rule))


class TheRules(unittest.TestCase):
    """Each rule over small trees: what it must find, and what it must let pass."""

    def violations(self, rule, files):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for name, text in files.items():
                file = root / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return list(rule(root))

    def assert_broken(self, rule, *names_and_texts):
        for name, text in names_and_texts:
            with self.subTest(name=name, text=text):
                self.assertTrue(self.violations(rule, {name: text}), "not noticed")

    def assert_kept(self, rule, *names_and_texts):
        for name, text in names_and_texts:
            with self.subTest(name=name, text=text):
                self.assertEqual([], self.violations(rule, {name: text}))

    def test_an_include_against_the_arrows_is_found(self):
        self.assert_broken(
            rules.include_arrows,
            ("core/base/a.h", '#include "core/signaling/hub.h"'),
            ("core/websocket/a.h", '#include "core/signaling/hub.h"'),
            ("core/turn/a.h", '#include "core/signaling/hub.h"'),
            ("core/signaling/a.h", '#include "core/turn/server.h"'),
            ("core/signaling/model/a.h", '#include "core/signaling/wire/encode.h"'),
            ("core/signaling/wire/a.h", '#include "core/signaling/hub.h"'),
            ("core/signaling/tokens/a.h", '#include "core/signaling/parts/presence.h"'),
            ("core/signaling/a.h", '#include "server/net/http.h"'),
            ("server/net/a.cpp", '  #  include "server/services/a.h"'),
            ("server/net/a.cpp", '#include "server/ops/config.h"'),
            ("server/net/a.cpp", '#include "core/signaling/hub.h"'),
            ("server/ops/a.cpp", '#include "server/services/a.h"'),
            ("core/base/a.cpp", '#include "bytes.h"'),
            ("elsewhere/a.cpp", "int x;"),
        )
        self.assert_kept(
            rules.include_arrows,
            ("core/signaling/a.h", '#include "core/base/bytes.h"\n#include "core/signaling/b.h"'),
            ("core/signaling/hub.cpp", '#include "core/signaling/parts/presence.h"'),
            ("core/signaling/parts/a.h", '#include "core/signaling/wire/encode.h"'),
            ("server/net/a.cpp", '#include "core/websocket/decoder.h"'),
            ("server/services/a.cpp", '#include "core/signaling/hub.h"\n#include "server/ops/log.h"'),
            ("server/main.cpp", '#include "server/services/a.h"'),
            ("tests/sim/a.cpp", '#include "core/signaling/hub.h"'),
        )

    def test_an_impure_include_in_a_core_is_found(self):
        self.assert_broken(
            rules.pure_includes,
            *(
                ("core/base/a.h", f"#include <{header}>")
                for header in (
                    "thread", "mutex", "atomic", "fstream", "filesystem", "iostream", "ctime",
                    "sys/socket.h", "unistd.h", "time.h", "boost/asio.hpp", "spdlog/spdlog.h", "gtest/gtest.h",
                )
            ),
            ("core/base/a_test.cpp", "#include <thread>"),
        )  # fmt: skip
        self.assert_kept(
            rules.pure_includes,
            ("core/base/a.h", "#include <chrono>\n#include <openssl/evp.h>\n#include <fmt/format.h>"),
            ("core/base/a_test.cpp", "#include <gtest/gtest.h>\n#include <fstream>"),
            ("server/net/a.cpp", "#include <thread>"),
        )

    def test_impure_code_in_a_core_is_found(self):
        self.assert_broken(
            rules.pure_code,
            *(
                ("core/base/a.cpp", code)
                for code in (
                    "auto t = std::chrono::steady_clock::now();", "using C = std::chrono::system_clock;",
                    "clock_gettime(CLOCK_MONOTONIC, &ts);", "time(nullptr);", "std::jthread t;",
                    "std::mutex m;", "std::random_device d;", 'getenv("HOME");', "std::cout << 1;",
                    'printf("x");', "boost::asio::io_context io;", "socket(AF_INET, 0, 0);",
                    "thread_local int x;", "static int counter = 0;", "inline std::map<int, int> all;",
                    "  static std::vector<int> cache{};",
                )
            ),
        )  # fmt: skip
        self.assert_kept(
            rules.pure_code,
            ("core/base/a.cpp", "// steady_clock::now() is never read here\n/* std::mutex */"),
            ("core/base/a.cpp", 'auto text = "std::thread";'),
            ("core/base/a.cpp", "static constexpr int kMax = 3;\nstatic const int kMin = 1;"),
            ("core/base/a.cpp", "static int twice(int x) { return 2 * x; }\ninline int one() { return 1; }"),
            ("core/base/a.cpp", "void on_timeout(Instant now);\nauto out = fmt::format_to(x, y);"),
            ("server/net/a.cpp", "std::mutex m;"),
        )

    def test_an_impure_link_of_a_core_is_found(self):
        self.assert_broken(
            rules.pure_links,
            ("core/base/CMakeLists.txt", "visavis_room(core_base\n  USES Boost::headers)"),
            ("core/CMakeLists.txt", "find_package(Threads)\ntarget_link_libraries(x Threads::Threads)"),
            ("core/signaling/CMakeLists.txt", "USES server_asio"),
        )
        self.assert_kept(
            rules.pure_links,
            ("core/base/CMakeLists.txt", "PRIVATELY OpenSSL::Crypto fmt::fmt  # never Boost"),
            ("server/CMakeLists.txt", "find_package(Boost 1.81 REQUIRED)"),
        )

    def test_an_import_behind_the_public_index_is_found(self):
        self.assert_broken(
            rules.web_imports,
            ("web/app/src/a.ts", "import { Call } from '@visavis/client/src/call.ts';"),
            ("web/app/src/a.ts", "import { Call } from '../../sdk/src/call.ts';"),
            ("web/app/src/a.ts", "const call = await import('../../sdk/src/index.ts');"),
            ("web/sdk/src/a.ts", "import { strings } from '../../app/src/strings.ts';"),
            ("web/sdk/src/a.ts", "import { LitElement } from 'lit';"),
            ("web/sdk/src/a.ts", "export * from '@visavis/app';"),
        )
        self.assert_kept(
            rules.web_imports,
            ("web/app/src/a.ts", "import { Call } from '@visavis/client';\nimport { html } from 'lit';"),
            ("web/app/src/b/a.ts", "import { x } from '../a.ts';"),
            ("web/sdk/src/a.ts", "import { x } from './b.ts';"),
            ("web/sdk/src/a.test.ts", "import { test } from 'vitest';"),
            ("web/sdk/test/a.ts", "import { test } from 'vitest';\nimport v from '../../../protocol/a.json';"),
        )

    def test_an_import_against_the_arrows_of_the_web_is_found(self):
        self.assert_broken(
            rules.web_arrows,
            ("web/sdk/src/base/a.ts", "import { Call } from '../call/call.ts';"),
            ("web/sdk/src/base/a.ts", "import { Client } from '../client.ts';"),
            ("web/sdk/src/link/a.ts", "import type { Mesh } from '../mesh/mesh.ts';"),
            ("web/sdk/src/chat/a.ts", "const files = await import('../files/files.ts');"),
            ("web/sdk/src/elsewhere/a.ts", "export const x = 1;"),
            ("web/app/src/lobby/a.ts", "import '../app/app_view.ts';"),
            ("web/app/src/room/a.ts", "import { x } from '../lobby/a.ts';"),
            ("web/app/src/call/stage/a.ts", "import { x } from '../../testing/fake_call.ts';"),
        )
        self.assert_kept(
            rules.web_arrows,
            ("web/sdk/src/link/a.ts", "import { x } from '../base/x.ts';\nimport { y } from './y.ts';"),
            ("web/sdk/src/client.ts", "import { Call } from './call/call.ts';"),
            ("web/sdk/src/base/a.test.ts", "import { x } from '../call/x.ts';"),
            ("web/app/src/call/stage/a.ts", "import { x } from '../people/a.ts';\nimport '../../design/icon.ts';"),
            ("web/app/src/testing/a.ts", "import { x } from '../call/a.ts';"),
            ("web/app/src/main.ts", "import './app/app_view.ts';"),
        )

    def test_a_foreign_word_is_found(self):
        self.assert_broken(
            rules.foreign_words,
            ("a.md", "see /wor" "k/thing"),
            ("a.md", "cd /roo" "t/visavis"),
            ("package-lock.json", '"resolved": "https://regis' 'try.npmjs.org/a"'),
            ("a.sh", "http://deb.deb" "ian.org"),
        )
        self.assert_kept(
            rules.foreign_words,
            ("a.md", "It is at https://calls.example.org/work/ and in /var/lib/visavis or ./root/x"),
        )

    def test_a_missing_test_is_found(self):
        page, proof = "docs/seed-parity.md", "tests/e2e/call.test.ts"
        row = "| 1 | calls | [call.test.ts](../tests/e2e/call.test.ts) “two people call” |"
        self.assertTrue(self.violations(rules.named_tests, {page: row}))
        self.assertTrue(self.violations(rules.named_tests, {page: row, proof: "test('one calls')"}))
        self.assertEqual([], self.violations(rules.named_tests, {page: row, proof: "'two people call'"}))

    def test_a_long_function_is_found(self):
        def function(lines):
            return "int first() { return 1; }\n\nint long_one(int x,\n             int y) {\n" + "  ++x;\n" * lines + "}\n"

        self.assert_broken(
            rules.function_lengths,
            ("core/base/a.cpp", function(rules.FUNCTION_LINES_MAX)),
            ("server/a.cpp", "void A::b() const {\n" + "  ++x;\n" * 61 + "}\n"),
        )
        self.assert_kept(
            rules.function_lengths,
            ("core/base/a.cpp", function(rules.FUNCTION_LINES_MAX - 1)),
            ("core/base/a.cpp", "const std::array kTable = {{\n" + "  {1},\n" * 100 + "}};\n"),
            ("core/base/a_test.cpp", function(100)),
        )

    def test_an_example_that_is_not_compiled_is_found(self):
        page, source = "ARCHITECTURE.md", rules.EXAMPLE
        text = "```cpp\nint x;\n```\n"
        self.assertTrue(self.violations(rules.current_example, {page: text}))
        marked = "// example begins\nint y;\n// example ends"
        self.assertTrue(self.violations(rules.current_example, {page: text, source: marked}))
        marked = "// example begins\nint x;\n// example ends"
        self.assertEqual([], self.violations(rules.current_example, {page: text, source: marked}))


if __name__ == "__main__":
    unittest.main()
