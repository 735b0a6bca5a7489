#!/usr/bin/env python3
"""Checks that imports run one way: kernels <- core <- formats, insight <- training <- server <-
command line. A module that imports one above or beside it fails; so does one that prints, since
only the command line and the server touch the terminal.

Usage: check-imports.py [--self-test]
"""
import pathlib
import re
import sys

# The floor on which each module stands: it may import those on lower floors only.
FLOORS = {
    "CLSTMKernels": 0,
    "CZlib": 0,
    "LSTMCore": 1,
    "LSTMFormats": 2,
    "LSTMInsight": 2,
    "LSTMTraining": 3,
    "LSTMServer": 4,
    "lstm": 5,
}
MAY_PRINT = {"lstm", "LSTMServer"}
IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |internal |package |private |fileprivate )?"
    r"import\s+(?:struct |class |enum |func |protocol |var |let |typealias )?(\w+)"
)
TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
PRINT = re.compile(r"(?<![\w.])(print|debugPrint|dump|puts|fputs)\(")


def faults(module, text):
    """The faults of one source file, each as (line number, what is wrong)."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        match = IMPORT.match(line)
        if match and match[1] in FLOORS and FLOORS[match[1]] >= FLOORS[module]:
            found.append((number, f"{module} imports {match[1]}, which is not below it"))
        code = TEXT.sub('""', line).split("//")[0]
        if module not in MAY_PRINT and PRINT.search(code) and "func print(" not in code:
            found.append((number, f"{module} prints; only {' and '.join(sorted(MAY_PRINT))} do"))
    return found


def self_test():
    assert faults("LSTMCore", "import LSTMFormats") != []
    assert faults("LSTMFormats", "  @testable import LSTMInsight") != []
    assert faults("LSTMInsight", "import struct LSTMServer.Page") != []
    assert faults("LSTMInsight", "import LSTMCore\nimport RealModule") == []
    assert faults("lstm", "import LSTMCore\nimport LSTMFormats\nprint(1)") == []
    assert faults("LSTMCore", "  print(1)") != []
    assert faults("LSTMInsight", 'lines.append("print(x)")  // print(x)') == []
    assert faults("LSTMCore", "  // print(1)\n  blueprint(1)") == []


def main():
    self_test()
    if "--self-test" in sys.argv:
        return 0
    sources = pathlib.Path(__file__).resolve().parent.parent / "Sources"
    count = 0
    failed = False
    for folder in sorted(p for p in sources.iterdir() if p.is_dir()):
        if folder.name not in FLOORS:
            print(f"Sources/{folder.name}: this module has no floor yet; add it to FLOORS")
            failed = True
            continue
        for file in sorted(folder.rglob("*.swift")):
            count += 1
            for number, fault in faults(folder.name, file.read_text()):
                print(f"{file.relative_to(sources.parent)}:{number}: {fault}")
                failed = True
    print(f"imports: {count} files checked")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
