#!/usr/bin/env python3
"""Checks that imports run one way: kernels <- core <- formats, insight <- training <- server <-
command line. A module that imports one above or beside it fails; so does one that prints, since
only the command line and the server touch the terminal; and so does one that knows what an option or
a command of `lstm` is called, since only the command line does.

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
# An option, in a comment too; not a variable of a style sheet, "--ground:#fff" or "var(--ground)".
OPTION = re.compile(r"(?<![-\w(])--[a-z][a-z-]*(?![a-z-]|:\S)|(?<!var)\(--[a-z][a-z-]*|--\\\([^)]*\)(?!:)")
COMMAND_NAME = re.compile(r'commandName: "(\w+)"')


def option_faults(module, text, commands):
    """The lines of one source file that speak of an option or a command of `lstm`."""
    if module == "lstm":
        return []
    command = re.compile(rf"\blstm ({'|'.join(commands)})\b")
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        for match in filter(None, (OPTION.search(line), command.search(line))):
            name = match[0].lstrip("(")
            found.append((number, f"{module} says '{name}'; only lstm knows what it is called"))
    return found


def command_names(sources):
    """The commands of `lstm`, as its sources name them."""
    texts = (file.read_text() for file in sorted((sources / "lstm").glob("*.swift")))
    return sorted({name for text in texts for name in COMMAND_NAME.findall(text)} - {"lstm"})


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
    commands = ["convert", "run"]
    for line in [
        '"leave it out: --drop \\(setting)"', "/// `--drop`", '"--my-cell, or"', '"(--format numpy)"',
        '"--\\(part.rawValue)"', '"--\\(name.lowercased())"',
        '"--input: entry 2"', '"as lstm run names them"', "// `lstm convert` writes it",
    ]:
        assert option_faults("LSTMCore", line, commands) != [], line
        assert option_faults("lstm", line, commands) == [], line
    for line in [
        "--ground:\\(Palette.ground);--rule:#fff;", "--\\(name):\\(colour)", "a{color:var(--output)}", "x -- y, a--b",
        '"lstm/linear/w"', '"h5repack -f NONE"', '"an LSTM runs", "lstm runs"',
    ]:
        assert option_faults("LSTMInsight", line, commands) == [], line


def main():
    self_test()
    if "--self-test" in sys.argv:
        return 0
    sources = pathlib.Path(__file__).resolve().parent.parent / "Sources"
    commands = command_names(sources)
    assert commands, "no command of lstm found"
    count = 0
    failed = False
    for folder in sorted(p for p in sources.iterdir() if p.is_dir()):
        if folder.name not in FLOORS:
            print(f"Sources/{folder.name}: this module has no floor yet; add it to FLOORS")
            failed = True
            continue
        for file in sorted(folder.rglob("*.swift")):
            count += 1
            text = file.read_text()
            for number, fault in faults(folder.name, text) + option_faults(
                folder.name, text, commands
            ):
                print(f"{file.relative_to(sources.parent)}:{number}: {fault}")
                failed = True
    print(f"imports: {count} files checked")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
