#!/usr/bin/env python3
"""Checks that the front page of each module's documentation lists every public type, and makes the
documentation with DocC, without a warning.

Usage: check-docc.py [--pages-only] [--self-test]
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = ["LSTMCore", "LSTMFormats", "LSTMInsight", "LSTMTraining"]
TYPE = re.compile(
    r"^(?:@\w+\s+)*public (?:final )?(?:struct|class|enum|protocol|actor|typealias) (\w+)", re.M)
# DocC says "warning:" of links that lead nowhere and of pages that are not well formed.
WARNING = re.compile(r"^.*\bwarning: .*$", re.M)


def unlisted(page, sources):
    """The public types at the top of files that a page does not name in a link."""
    types = {name for text in sources for name in TYPE.findall(text)}
    return sorted(name for name in types if f"``{name}``" not in page)


def self_test():
    source = "public struct A {\n  public struct Inner {}\n}\n@frozen public enum B {}\nstruct C {}\n"
    assert unlisted("- ``A``\n", [source]) == ["B"]
    assert unlisted("- ``A``\n- ``B``\n", [source]) == []


def main():
    self_test()
    if "--self-test" in sys.argv:
        return 0
    failed = False
    for module in MODULES:
        folder = ROOT / "Sources" / module
        page = (folder / f"{module}.docc" / f"{module}.md").read_text()
        sources = [path.read_text() for path in sorted(folder.rglob("*.swift"))
                   if "Generated" not in path.parts]
        for name in unlisted(page, sources):
            print(f"Sources/{module}/{module}.docc/{module}.md: the page does not list ``{name}``")
            failed = True
    if "--pages-only" not in sys.argv:
        for module in MODULES:
            made = subprocess.run(
                ["swift", "package", "generate-documentation", "--target", module],
                cwd=ROOT, capture_output=True, text=True)
            text = made.stdout + made.stderr
            for warning in WARNING.findall(text):
                print(warning)
                failed = True
            if made.returncode:
                print(text[-3000:])
                failed = True
    print("documentation: " + ("faults above" if failed else "every public type is listed"))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
