#!/usr/bin/env python3
"""Runs clang-tidy over the C++ of core and server, in parallel, and remembers what was clean.

usage: tidy.py BUILD_DIR [FILE…]

A file is looked at again only when its text, the text of a project header that it includes (however
deep), its compile command, .clang-tidy or clang-tidy itself has changed. Clean results are kept in
BUILD_DIR/clean as empty files named by the hash of all that.
"""

import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys

CLANG_TIDY = "clang-tidy-19"
INCLUDE = re.compile(rb'^\s*#\s*include\s*"([^"]+)"', re.MULTILINE)
ROOT = pathlib.Path(__file__).resolve().parents[2]
ROOMS = ("core/", "server/")
MADE = ROOT / "build/tidy/made"  # headers that the build writes


def included_files(file, seen):
    """The file and every project file that it includes; the project includes by path from the root."""
    if file in seen or not file.is_file():
        return
    seen.add(file)
    for name in INCLUDE.findall(file.read_bytes()):
        written = ROOT / name.decode()
        included_files(written if written.is_file() else MADE / name.decode(), seen)


def cache_key(entry, file, salt):
    digest = hashlib.sha256(salt)
    digest.update(entry.get("command", "").encode())
    files = set()
    included_files(file, files)
    for path in sorted(files):
        digest.update(str(path).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def tidy(build_dir, file, clean_mark):
    run = subprocess.run(
        [CLANG_TIDY, "-p", str(build_dir), "--quiet", "--warnings-as-errors=*", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode == 0:
        clean_mark.touch()
        return ""
    return run.stdout + "\n".join(
        line for line in run.stderr.splitlines() if "warnings generated" not in line
    )


def main():
    build_dir = pathlib.Path(sys.argv[1])
    only = {pathlib.Path(name).resolve() for name in sys.argv[2:]}
    version = subprocess.run(
        [CLANG_TIDY, "--version"], capture_output=True, check=True
    ).stdout
    salt = version + (ROOT / ".clang-tidy").read_bytes()
    clean_dir = build_dir / "clean"
    clean_dir.mkdir(exist_ok=True)

    todo = []
    for entry in json.loads((build_dir / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if not file.is_relative_to(ROOT) or not file.is_file():
            continue
        path = file.relative_to(ROOT).as_posix()
        if not path.startswith(ROOMS) or path.endswith("_test.cpp") or (only and file not in only):
            continue
        mark = clean_dir / cache_key(entry, file, salt)
        if not mark.exists():
            todo.append((file, mark))

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = {pool.submit(tidy, build_dir, file, mark): file for file, mark in todo}
        for run in concurrent.futures.as_completed(runs):
            output = run.result()
            if output:
                failed += 1
                print(output, flush=True)
    print(f"clang-tidy: {len(todo)} files looked at, {failed} not clean")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
