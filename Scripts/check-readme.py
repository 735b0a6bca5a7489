#!/usr/bin/env python3
"""Checks that the documents show what the program prints.

In README.md and in the DocC articles, a fenced block that opens with ```console holds commands
("$ swift run lstm ...") and their output. Each command that runs lstm is run and its output
compared, line by line. A line of "⋮" stands for any lines left out, and "…" inside a line for any
text (a time, a path). A command may go on over lines that end in a backslash.

A picture named in the table PICTURES is drawn again and compared to the byte.

Usage: check-readme.py --lstm PATH [--test-log FILE] [--update-pictures]
"""
import argparse
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOUNDING = "step --input -0.1,0.3,0.1,-0.25,0.1 --hidden 0,0.5,0.1,0.2,0.6"
PICTURES = {"docs/founding-step.svg": FOUNDING + " --format svg"}


def blocks(text):
    """The console blocks of a document, each as (first line number, lines)."""
    lines = text.splitlines()
    index = 0
    while index < len(lines):
        if lines[index].strip() == "```console":
            start = index + 1
            index = start
            while index < len(lines) and lines[index].strip() != "```":
                index += 1
            yield start + 1, lines[start:index]
        index += 1


def commands(lines):
    """The commands of a block, each as (offset, command, expected output lines)."""
    result = []
    index = 0
    while index < len(lines):
        if lines[index].startswith("$ "):
            offset = index
            command = lines[index][2:]
            while command.endswith("\\"):
                index += 1
                command = command[:-1] + " " + lines[index].strip()
            result.append((offset, command, []))
        elif result:
            result[-1][2].append(lines[index])
        index += 1
    return result


def pattern(line):
    return re.compile("^" + ".*".join(re.escape(part) for part in line.split("…")) + "$")


def matches(expected, found):
    """Whether output lines are the expected ones; "⋮" stands for any number of lines."""
    if not expected:
        return not found
    if expected[0].strip() == "⋮":
        return any(matches(expected[1:], found[k:]) for k in range(len(found) + 1))
    return bool(found) and bool(pattern(expected[0]).match(found[0])) and matches(
        expected[1:], found[1:])


def trimmed(lines):
    lines = [line.rstrip() for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def self_test():
    assert matches(["a", "⋮", "c"], ["a", "x", "y", "c"])
    assert not matches(["a", "⋮", "c"], ["a", "x", "y"])
    assert matches(["passed after … seconds."], ["passed after 0.1 seconds."])
    assert not matches(["a"], ["a", "b"])
    assert not matches(["a.c"], ["abc"])
    assert commands(["$ x \\", "  y", "out"]) == [(0, "x  y", ["out"])]


def run(command, lstm, folder):
    """Runs a command of a document in a folder, with the built lstm in place of `swift run`."""
    words = shlex.split(command)
    if words[:3] == ["swift", "run", "lstm"]:
        words = [lstm] + words[3:]
    elif words[:5] == ["swift", "run", "-c", "release", "lstm"]:
        words = [lstm] + words[5:]
    elif words[0] == "lstm":
        words = [lstm] + words[1:]
    else:
        return None
    outcome = subprocess.run(
        words, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, env={**os.environ, "NO_COLOR": "1"})
    return trimmed(outcome.stdout.splitlines())


def main():
    self_test()
    parser = argparse.ArgumentParser()
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--test-log")
    parser.add_argument("--update-pictures", action="store_true")
    arguments = parser.parse_args()
    lstm = str(pathlib.Path(arguments.lstm).resolve())
    failed = False
    count = 0
    documents = [ROOT / "README.md"] + sorted(ROOT.glob("Sources/*/*.docc/*.md"))
    for document in documents:
        # The commands of a document may hand files to one another.
        with tempfile.TemporaryDirectory() as folder:
            os.symlink(ROOT / "Examples", pathlib.Path(folder) / "Examples")
            for start, lines in blocks(document.read_text()):
                for offset, command, expected in commands(lines):
                    if command == "swift test":
                        if not arguments.test_log:
                            continue
                        found = trimmed(pathlib.Path(arguments.test_log).read_text().splitlines())
                    else:
                        found = run(command, lstm, folder)
                    place = f"{document.relative_to(ROOT)}:{start + offset}"
                    if found is None:
                        continue
                    count += 1
                    if not matches(trimmed(expected), found):
                        failed = True
                        print(f"{place}: '{command}' prints something else:")
                        print("\n".join("  " + line for line in found[-60:]))
    for name, options in PICTURES.items():
        drawn = subprocess.run(
            [lstm] + options.split(), stdout=subprocess.PIPE, check=True).stdout
        count += 1
        path = ROOT / name
        if arguments.update_pictures:
            path.write_bytes(drawn)
        elif path.read_bytes() != drawn:
            failed = True
            print(f"{name}: the program draws another picture; run with --update-pictures")
    print(f"documents: {count} examples checked")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
