#!/usr/bin/env python3
"""Writes the tables of options and limits in docs/operating.md from the tables in the source.

usage: operating_tables.py [--check]

The sources are server/ops/option_table.cpp, server/ops/limit_table.cpp and the two Limits structs, whose
initializers are the defaults. With --check nothing is written; it fails when the page is not current.
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/operating.md"
LITERAL = r'"(?:[^"\\]|\\.)*"'
LITERALS = rf"(?:{LITERAL}\s*)+"


def source(name):
    return (ROOT / name).read_text(encoding="utf-8")


def joined(literals):
    """Adjacent C++ string literals as the one string that they are."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals)).replace('\\"', '"').replace("|", "\\|")


def option_rows():
    entry = re.compile(
        rf'\{{"([a-z-]+)", OptionKind::k\w+, (true|false), (?:true|false), ({LITERAL}),\s*'
        rf"(?:{LITERALS}|\w+),\s*({LITERALS}),\s*({LITERALS}),\s*(?:nullptr|apply_[\w<>&:]+)\}}"
    )
    text = source("server/ops/option_table.cpp")
    entries = entry.findall(text)
    assert len(entries) == text.count("OptionKind::k"), "the table of options has a new shape"
    for name, repeated, value, meaning, default in entries:
        flag = f"--{name} {joined(value)}".strip()
        meaning = joined(meaning) + (" May be given several times." if repeated == "true" else "")
        default = {"": "", "false": "off"}.get(joined(default), joined(default))
        yield f"| `{flag}` | {meaning} | {default} |".replace("|  |", "| |")


def limit_defaults():
    for header in ("server/net/limits.h", "core/signaling/limits.h"):
        for member, value in re.findall(r"^\s+(?:std::\w+|Duration|unsigned)\s+(\w+) = ([^;]+);", source(header), re.M):
            duration = re.fullmatch(r"(milliseconds|seconds|minutes)\((\d+)\)", value)
            if duration:
                milliseconds = {"milliseconds": 1, "seconds": 1_000, "minutes": 60_000}[duration.group(1)]
                yield member, int(duration.group(2)) * milliseconds
            else:
                yield member, int(value.replace("'", ""))


def limit_rows():
    defaults = dict(limit_defaults())
    entry = re.compile(rf'\{{"(\w+)", &(?:Net|Hub)::(\w+),\s*[\w\']+,\s*[\w\']+,\s*({LITERALS})\}}')
    text = source("server/ops/limit_table.cpp")
    entries = entry.findall(text)
    assert len(entries) == len(re.findall(r"&(?:Net|Hub)::", text)), "the table of limits has a new shape"
    for key, member, meaning in entries:
        yield f"| `{key}` | {joined(meaning)} | {defaults[member]:,} |"


def with_table(page, name, rows):
    begin, end = f"<!-- {name}: made by scripts/docs/operating_tables.py -->", f"<!-- end of {name} -->"
    before, rest = page.split(begin)
    _, after = rest.split(end)
    table = "\n".join(rows)
    return f"{before}{begin}\n\n| {name[:-1]} | meaning | default |\n| --- | --- | --- |\n{table}\n\n{end}{after}"


def current_page():
    page = PAGE.read_text(encoding="utf-8")
    return with_table(with_table(page, "options", option_rows()), "limits", limit_rows())


def main():
    page = current_page()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(page, encoding="utf-8")
    elif page != PAGE.read_text(encoding="utf-8"):
        sys.exit("docs/operating.md is not current; run scripts/docs/operating_tables.py")


if __name__ == "__main__":
    main()
