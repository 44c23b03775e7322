"""The rules of the house (ARCHITECTURE.md), as functions from a source tree to a list of violations.

Each takes the tree's root and yields one sentence per violation, `path:line: what is wrong and why`.
Text is searched, not parsed: the rules are simple enough for it, and comments and strings are taken
out of the C++ first.
"""

import pathlib
import posixpath
import re
import subprocess

# Which rooms a room's files may include, its own always. A room is the longest prefix of a path that
# is listed here; a prefix without one of its own falls to its parent.
ROOMS = {
    "core/base": (),
    "core/stun": ("core/base",),
    "core/turn": ("core/base", "core/stun"),
    "core/websocket": ("core/base",),
    # What the server knows: ids, names, limits, people, calls, rooms, and the small accounts that these have.
    "core/signaling/model": ("core/base",),
    "core/signaling/tokens": ("core/base", "core/signaling/model"),
    "core/signaling/wire": ("core/base", "core/signaling/model", "core/signaling/tokens"),
    "core/signaling/parts": ("core/base", "core/signaling/model", "core/signaling/tokens", "core/signaling/wire"),
    "core/signaling": ("core/base",),  # the hub, over all of these
    "server/net": ("core/base", "core/websocket"),
    # Its tables of options and limits name what net and the cores define; metrics show their counters.
    "server/ops": ("core/base", "core/signaling", "core/turn", "server/net"),
    "server/services": ("core", "server/net", "server/ops"),
    # A client that looks at a server from outside: it knows nothing of the services.
    "server/doctor": ("core/base", "core/stun", "core/turn", "server/net", "server/ops"),
    "server": ("core", "server"),  # main.cpp: the wiring
    "tests": ("core", "server", "tests"),
    "bench": ("core", "server", "bench"),
    "cmake": (),  # what runs in the build
}

# Libraries that a core may include: they compute and do nothing else.
PURE_LIBRARIES = ("openssl/", "fmt/", "simdjson.h", "utf8proc.h")
TEST_LIBRARIES = ("gtest/", "gmock/")

# Standard headers that reach for a clock, a thread, a file or the world. The rest of the standard
# library, that is every other name without a slash or a `.h`, is free to use.
IMPURE_HEADERS = {
    "atomic", "barrier", "condition_variable", "csignal", "cstdio", "ctime", "filesystem", "fstream",
    "future", "iostream", "latch", "mutex", "semaphore", "shared_mutex", "stop_token", "syncstream",
    "thread",
}  # fmt: skip
# Tests may read the shared vectors from disk.
IMPURE_HEADERS_OF_TESTS = IMPURE_HEADERS - {"filesystem", "fstream"}

IMPURE_CODE = re.compile(
    r"""
      (?:system|steady|high_resolution|file|utc)_clock | ::now\s*\( | \bclock_gettime\b | \bgettimeofday\b
    | \bstd::time\b | \btime\s*\(\s*(?:nullptr|NULL|0)\s*\) | \bstd::(?:jthread|thread|this_thread|async)\b
    | \bpthread_ | \bthread_local\b | \bstd::(?:recursive_|shared_|timed_)?mutex\b | \brandom_device\b
    | \bRAND_(?:priv_)?bytes\b | \bgetenv\b | \bstd::c(?:out|err|in)\b | \bf?printf\s*\(
    | \bboost:: | \basio:: | \bsocket\s*\( | \bsleep(?:_for|_until)?\s*\(
    """,
    re.VERBOSE,
)
# A variable that outlives a call: a core's whole state is in its objects.
GLOBAL_STATE = re.compile(
    r"^\s*(?:static|inline)\s+(?!const|constexpr|inline|static|_|assert)[\w:<>,\s*&]+?\w+\s*(?:=|\{[^()]*\}\s*;|;)", re.MULTILINE
)

# What a core's CMake target must not link.
IMPURE_LINKS = re.compile(r"(?i)boost|asio|threads::|spdlog|prometheus|openssl::ssl|cli11|curl|\bpthread\b")

# What the SDK imports of others, and only where files are sent: nobody else loads it (docs/adr/0011).
SDK_DEPENDENCIES = {"@noble/hashes/sha2.js", "@noble/hashes/utils.js"}
SDK_DEPENDENTS = {"web/sdk/src/files/transfer_in.ts", "web/sdk/src/files/transfer_out.ts"}

# Which folders of the web sources may import which, each its own always. Files that are in no folder are on top and may
# import everything; tests may, too, and what stands in `testing` is for them alone. No arrow leads back.
WEB_ROOMS = {
    "web/sdk/src": {
        "generated": (),
        "base": ("generated",),
        "signaling": ("base",),
        "media": ("base",),
        "link": ("base", "media"),
        "mesh": ("base", "media", "link"),
        "adapt": ("base", "link", "mesh"),
        "chat": ("base", "link"),
        "files": ("base", "link"),
        "room": ("base", "signaling"),
        "check": ("base", "signaling", "room"),
        "call": ("base", "signaling", "media", "link", "mesh", "adapt", "chat", "files", "room"),
    },
    "web/app/src": {
        "base": (),
        "strings": (),
        "design": ("base", "strings"),
        "navigation": (),
        "preferences": ("base",),
        "people": ("base", "strings"),
        "toasts": ("base", "strings", "design"),
        "media": ("base", "strings", "design", "preferences"),
        "ended": ("base", "strings", "design"),
        "files": ("base", "strings", "design"),
        "chat": ("base", "strings", "design", "files"),
        "devices": ("base", "strings", "design", "preferences", "media", "toasts"),
        "shortcuts": ("base", "strings", "design", "preferences"),
        "settings": ("base", "strings", "design", "preferences", "devices", "shortcuts"),
        "check": ("base", "strings", "design", "navigation", "preferences", "media", "devices"),
        # Which screen one is on, and how one gets from one to the next.
        "flow": ("base", "strings", "navigation", "preferences", "people", "ended", "check"),
        "ring": ("base", "strings", "design", "media", "flow"),
        "room": ("base", "strings", "design", "media", "flow"),
        "lobby": ("base", "strings", "design", "preferences", "people", "media", "flow", "room"),
        "call": (
            "base", "strings", "design", "preferences", "people", "media", "toasts", "files", "chat", "shortcuts",
            "room",
        ),
        # Puts up the screen that the flow says.
        "app": (
            "base", "strings", "design", "preferences", "settings", "ended", "check", "flow", "ring", "room", "lobby",
            "call",
        ),
    },
}  # fmt: skip

# The project speaks of itself alone: nothing of the machines it was written on. Written in pieces, so
# that this file does not break the rule.
FOREIGN_WORDS = re.compile(
    "|".join(
        (
            r"(?<![\w.])/(?:work|root)/\w",  # the folders of a build machine
            r"/tmp/(?!visavis)[\w.-]+/",
            r"registry\.(?:npm|yarn)",
            r"\b(?:deb|security|archive|snapshot)\.debian\.",
            r"\bnode" + r"source\b",
            r"\bartifact" + r"ory\b",
            r"\bC(?:laude|opilot)\b|\bChat" + r"GPT\b|\bAnthro" + r"pic\b|\bOpen" + r"AI\b",
            r"\b(?:coding|AI) (?:agent|assistant)s?\b",
        )
    )
)


def listed_files(root):
    """What git knows or would add; in a tree without git, every file."""
    if (root / ".git").exists():
        names = subprocess.run(
            ["git", "-c", "safe.directory=*", "-C", str(root), "ls-files", "-z", "-co", "--exclude-standard"],
            capture_output=True, check=True, text=True,
        ).stdout.split("\0")  # fmt: skip
        files = [root / name for name in names if name]
    else:
        files = root.rglob("*")
    return sorted(file for file in files if file.is_file() and not file.is_symlink())


def relative(root, file):
    return file.relative_to(root).as_posix()


def read(file):
    return file.read_text(encoding="utf-8", errors="replace")


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def cpp_files(root, prefix=""):
    for file in listed_files(root):
        if file.suffix in {".cpp", ".h"} and relative(root, file).startswith(prefix):
            yield file


def without_comments_and_strings(text):
    """The same text with the insides of comments and literals blanked; line numbers stay."""
    token = re.compile(
        r'R"(\w*)\(.*?\)\1"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.DOTALL
    )
    return token.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def room_of(path):
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        prefix = "/".join(parts[:length])
        if prefix in ROOMS:
            return prefix
    return None


def within(path, prefix):
    return path == prefix or path.startswith(prefix + "/")


def include_arrows(root):
    """A room includes its own headers and those that ROOMS lets it see, by path from the root."""
    for file in cpp_files(root):
        path = relative(root, file)
        room = room_of(path)
        if room is None:
            yield f"{path}:1: is in no room; tests/house/rules.py lists the rooms"
            continue
        text = read(file)
        for match in re.finditer(r'^\s*#\s*include\s*"([^"]+)"', text, re.MULTILINE):
            included, where = match.group(1), f"{path}:{line_of(text, match.start())}"
            if not (root / included).is_file() and "/" not in included:
                yield f"{where}: includes {included}; include by path from the root"
            elif not any(within(included, allowed) for allowed in (room, *ROOMS[room])):
                yield f"{where}: {room} must not include {included}"


def pure_includes(root):
    """A core includes the standard library's pure part and libraries that only compute."""
    for file in cpp_files(root, "core/"):
        path, text = relative(root, file), read(file)
        is_test = file.stem.endswith("_test") or "test" in file.stem.split("_")
        impure = IMPURE_HEADERS_OF_TESTS if is_test else IMPURE_HEADERS
        libraries = PURE_LIBRARIES + (TEST_LIBRARIES if is_test else ())
        for match in re.finditer(r"^\s*#\s*include\s*<([^>]+)>", text, re.MULTILINE):
            header = match.group(1)
            foreign = ("/" in header or header.endswith(".h")) and not header.startswith(libraries)
            if header in impure or foreign:
                yield f"{path}:{line_of(text, match.start())}: a core must not include <{header}>"


def pure_code(root):
    """A core reads no clock, starts no thread, keeps no global state and talks to nobody."""
    for file in cpp_files(root, "core/"):
        path, code = relative(root, file), without_comments_and_strings(read(file))
        for pattern, why in ((IMPURE_CODE, "a core must not use"), (GLOBAL_STATE, "a core has no globals:")):
            for match in pattern.finditer(code):
                start = match.start() + len(match.group()) - len(match.group().lstrip())
                yield f"{path}:{line_of(code, start)}: {why} {' '.join(match.group().split())}"


def pure_links(root):
    """The CMake files of the cores link no library that does I/O."""
    for file in listed_files(root):
        path = relative(root, file)
        if within(path, "core") and file.name == "CMakeLists.txt":
            for number, line in enumerate(read(file).splitlines(), 1):
                match = IMPURE_LINKS.search(line.split("#")[0])
                if match:
                    yield f"{path}:{number}: a core must not link or find {match.group()}"


IMPORT = re.compile(r"""(?:\bfrom|\bimport|\bimport\s*\()\s*['"]([^'"]+)['"]""")


def resolved_import(path, target):
    """Where a relative import in the file at `path` leads to, from the root."""
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))


def web_room_of(path):
    """The web sources that a file is part of and its folder in them; `None` for a folder: it stands on top."""
    for sources in WEB_ROOMS:
        if within(path, sources):
            folder, _, file = path[len(sources) + 1 :].partition("/")
            return sources, folder if file else None
    return None, None


def web_arrows(root):
    """A folder of the web sources imports only from those that WEB_ROOMS lets it see."""
    for sources, rooms in WEB_ROOMS.items():
        seen = set()
        for room, allowed in rooms.items():
            for other in allowed:
                if other not in seen:
                    yield f"tests/house/rules.py:1: {sources}: {room} must stand below {other}, which it sees"
            seen.add(room)
    for file in listed_files(root):
        path = relative(root, file)
        sources, room = web_room_of(path)
        if sources is None or room in (None, "testing") or file.suffix != ".ts" or path.endswith(".test.ts"):
            continue
        if room not in WEB_ROOMS[sources]:
            yield f"{path}:1: {room} is no room of {sources}; tests/house/rules.py lists the rooms"
            continue
        text = read(file)
        for match in IMPORT.finditer(text):
            if not match.group(1).startswith("."):
                continue
            target_sources, target = web_room_of(resolved_import(path, match.group(1)))
            if target_sources == sources and target != room and target not in WEB_ROOMS[sources][room]:
                where = f"{path}:{line_of(text, match.start())}"
                yield f"{where}: {room} must not import {match.group(1)}"


def web_imports(root):
    """The app is built on the SDK's public index; the SDK knows neither the app nor a framework."""
    for file in listed_files(root):
        path = relative(root, file)
        if file.suffix not in {".ts", ".js"} or not path.startswith(("web/app/", "web/sdk/")):
            continue
        text, room = read(file), "/".join(path.split("/")[:2])
        for match in IMPORT.finditer(text):
            target, where = match.group(1), f"{path}:{line_of(text, match.start())}"
            if target.startswith("."):
                resolved = resolved_import(path, target)
                if not within(resolved, room) and not within(resolved, "protocol"):
                    yield f"{where}: {room} must not reach out to {target}"
            elif target.startswith("@visavis/") and (room == "web/sdk" or target != "@visavis/client"):
                yield f"{where}: {room} must not import {target}"
            elif room == "web/sdk" and "/src/" in path and not path.endswith(".test.ts"):
                if target not in SDK_DEPENDENCIES or path not in SDK_DEPENDENTS:
                    yield f"{where}: the SDK has no dependencies, not even {target}"


def foreign_words(root):
    """Nothing in the repository names the machine, the network or the tools of whoever wrote it."""
    for file in listed_files(root):
        data = file.read_bytes()
        if b"\0" in data[:8192] or file.stat().st_size > 4 << 20:
            continue
        for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
            match = FOREIGN_WORDS.search(line)
            if match:
                yield f"{relative(root, file)}:{number}: names what is not the project's: {match.group()}"


def named_tests(root):
    """docs/seed-parity.md names tests that are there."""
    page = root / "docs/seed-parity.md"
    if not page.is_file():
        return
    for number, line in enumerate(read(page).splitlines(), 1):
        sources = ""
        for path, title in re.findall(r"\]\(\.\./([^)]+)\)|“([^”]+)”", line):
            if path:
                if not (root / path).is_file():
                    yield f"docs/seed-parity.md:{number}: {path} is not there"
                else:
                    sources = read(root / path)
            elif title not in sources:
                yield f"docs/seed-parity.md:{number}: no test is called “{title}”"


FUNCTION_LINES_MAX = 60  # as ESLint counts for TypeScript, but for comments and blank lines
FUNCTION_BEGINS = re.compile(r"^(?!struct|class|namespace|enum|constexpr|const\b|template|using|#|//)[A-Za-z~][^;=]*\(")


def function_lengths(root):
    """A function of C++ that a person sees at once. Tests and tables are as long as they are."""
    for file in cpp_files(root):
        if "_test" in file.stem:
            continue
        begins = None
        for number, line in enumerate(read(file).splitlines(), 1):
            if line == "}":
                if begins is not None and number - begins - 1 > FUNCTION_LINES_MAX:
                    yield f"{relative(root, file)}:{begins}: a function of {number - begins - 1} lines; at most {FUNCTION_LINES_MAX}"
                begins = None
            elif line == "};":
                begins = None
            elif begins is None and not line.endswith(("}", ";")) and FUNCTION_BEGINS.match(line):
                begins = number


EXAMPLE = "core/signaling/hub_example_test.cpp"


def current_example(root):
    """The example that ARCHITECTURE.md begins with is the one that is compiled."""
    page, source = root / "ARCHITECTURE.md", root / EXAMPLE
    if not page.is_file():
        return
    text = read(source) if source.is_file() else ""
    compiled = text.partition("// example begins\n")[2].partition("// example ends")[0]
    if not compiled or f"```cpp\n{compiled}```" not in read(page):
        yield f"ARCHITECTURE.md:1: its example is not what stands between the marks in {EXAMPLE}"


RULES = (
    include_arrows, pure_includes, pure_code, pure_links, web_imports, web_arrows, foreign_words,
    named_tests, current_example, function_lengths,
)  # fmt: skip
