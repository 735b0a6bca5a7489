#!/usr/bin/env python3
"""Checks the arrows of the house.

Imports run one way: kernels <- core <- formats, insight <- training <- server <- command line. A
module that imports one above or beside it fails; so does one that prints, since only the command
line and the server touch the terminal; and so does one that knows what an option or a command of
`lstm` is called, since only the command line does.

The rooms of a module, its folders, make no circles either: an arrow runs from a room that names a
type to the room that declares it. A type is what one room alone declares; a name that several
declare, or that stands inside a type, tells nothing and makes no arrow.

In LSTMFormats the rooms of containers and of foreign models know nothing of the house's own model:
only the file of a form does.

Usage: check-imports.py [--self-test] [--arrows MODULE]
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
# Rooms that know files and not what becomes of them, and what they therefore never name. A file
# whose name ends in Form.swift stands in such a room for the house.
FOREIGN_ROOMS = {
    "LSTMFormats/Bytes",
    "LSTMFormats/Tensors",
    "LSTMFormats/Zip",
    "LSTMFormats/NumPy",
    "LSTMFormats/Safetensors",
    "LSTMFormats/HDF5",
    "LSTMFormats/PyTorch",
    "LSTMFormats/ONNX",
    "LSTMFormats/ONNX/Graph",
    "LSTMFormats/Keras/Layers",
}
OWN_MODEL = {"LSTMModel", "ModelError", "StateDictReader", "StateDictWriter"}

IMPORT = re.compile(
    r"^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:public |internal |package |private |fileprivate )?"
    r"import\s+(?:struct |class |enum |func |protocol |var |let |typealias )?(\w+)"
)
TEXT = re.compile(r'"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"')
COMMENT = re.compile(r"//[^\n]*|/\*[\s\S]*?\*/")
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
    texts = (file.read_text() for file in sorted((sources / "lstm").rglob("*.swift")))
    return sorted({name for text in texts for name in COMMAND_NAME.findall(text)} - {"lstm"})
# Types that stand by themselves: nested ones are indented, and those of one file are its own.
TYPE = re.compile(
    r"^(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|internal|package|final|indirect)\s+)*"
    r"(?:struct|class|enum|protocol|actor|typealias)\s+(\w+)",
    re.MULTILINE,
)
NAME = re.compile(r"(?<![\w.])[A-Z]\w*")


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


def code(text):
    """The text of a file without comments, and of its texts only what is computed in them."""
    computed = lambda match: " ".join(re.findall(r"\\\(([^\"]*)\)", match[0]))
    return COMMENT.sub("", TEXT.sub(computed, text))


def arrows(files):
    """What each room takes from others.

    files: (room, name of the file, text) for each file of a module.
    Returns a dictionary from pairs of rooms to the types that the first takes from the second, each
    with a file that names it.
    """
    files = [(room, name, code(text)) for room, name, text in files]
    declared = {}
    for room, _, text in files:
        for match in TYPE.finditer(text):
            declared.setdefault(match[1], set()).add(room)
    found = {}
    for room, name, text in files:
        for used in NAME.findall(text):
            rooms = declared.get(used, set())
            if len(rooms) == 1 and room not in rooms:
                found.setdefault((room, *rooms), {}).setdefault(used, name)
    return found


def circle(found):
    """The rooms of a shortest circle, the first again at its end; nothing where there is none."""
    after = {}
    for start, end in sorted(found):
        after.setdefault(start, []).append(end)
    shortest = []
    for start in after:
        ways = [[start]]
        seen = set()
        while ways:
            way = ways.pop(0)
            for room in after.get(way[-1], []):
                if room == start and (not shortest or len(way) + 1 < len(shortest)):
                    shortest = way + [room]
                if room not in seen:
                    seen.add(room)
                    ways.append(way + [room])
    return shortest


def shown(found, rooms):
    """A circle in words: each arrow with the types that make it."""
    lines = []
    for start, end in zip(rooms, rooms[1:]):
        types = found[start, end]
        some = ", ".join(f"{name} in {file}" for name, file in sorted(types.items())[:4])
        more = f" and {len(types) - 4} more" if len(types) > 4 else ""
        lines.append(f"  {start} takes from {end}: {some}{more}")
    return "\n".join(lines)


def own_names(room, name, text):
    """The names of the house's own model in a room that is not to know it."""
    if room not in FOREIGN_ROOMS or name.endswith("Form.swift"):
        return []
    return sorted(OWN_MODEL & set(NAME.findall(code(text))))


def module_files(module):
    """The Swift files of a module, each with its room: its folder, named from the module on. The entry
    point of the command line, which lists the commands of all rooms, stands above them."""
    return [
        (str(file.parent.relative_to(module.parent)), file.name, file.read_text())
        for file in sorted(module.rglob("*.swift"))
        if file.name != "LSTM.swift"
    ]


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

    def rooms(*files):
        return circle(arrows([(place, "File.swift", text) for place, text in files]))

    below = ("B", "public struct Low {}")
    assert rooms(("A", "struct High { let low: Low }"), below) == []
    assert rooms(("A", "struct High { let low: Low }"), ("B", "enum Low { case a(High) }")) == [
        "A", "B", "A",
    ]
    three = [("A", "struct One { var a: Two }"), ("B", "struct Two { var a: Three }")]
    assert rooms(*three, ("C", "@Sendable final class Three { var a: [One] }"))[0] == "A"
    assert rooms(*three, ("C", "final class Three {}")) == []
    # An extension declares nothing; comments and texts name nothing, what a text computes does.
    assert rooms(("A", "struct High { let low: Low }"), ("B", "struct Low {}\nextension High {}")) != []
    assert rooms(("A", "struct High { let low: Low }"), ("B", 'struct Low {}  // "High"')) == []
    assert rooms(("A", "struct High { let low: Low }"), ("B", 'struct Low { let a = "High" }')) == []
    assert rooms(("A", "struct High { let low: Low }"), ("B", 'struct Low { "\\(High.a)" }')) != []
    # A nested type, a private one and one that two rooms declare are nobody's in particular.
    assert rooms(("A", "struct High { let low: Low }"), ("B", "struct Low {\n  struct High {}\n}")) != []
    assert rooms(("A", "private struct P {}\nlet a: Low"), ("B", "struct Low { let a: P }")) == []
    assert rooms(("A", "struct P {}\nlet a: Low"), ("B", "struct P {}\nstruct Low { let a: P }")) == []
    found = arrows([("A", "a.swift", "let a: Low"), ("B", "b.swift", "struct Low {}")])
    assert shown(found, ["A", "B"]) == "  A takes from B: Low in a.swift"
    assert own_names("LSTMFormats/NumPy", "NpzFile.swift", "let a: LSTMModel") == ["LSTMModel"]
    assert own_names("LSTMFormats/NumPy", "NpzFile.swift", "// LSTMModel") == []
    assert own_names("LSTMFormats/NumPy", "NumpyForm.swift", "let a: LSTMModel") == []
    assert own_names("LSTMFormats/Keras", "KerasNetwork.swift", "let a: LSTMModel") == []


def main():
    self_test()
    if "--self-test" in sys.argv:
        return 0
    sources = pathlib.Path(__file__).resolve().parent.parent / "Sources"
    if "--arrows" in sys.argv:
        found = arrows(module_files(sources / sys.argv[sys.argv.index("--arrows") + 1]))
        for pair in sorted(found):
            print(shown(found, pair))
        return 0
    commands = command_names(sources)
    assert commands, "no command of lstm found"
    count = 0
    failed = False
    for folder in sorted(p for p in sources.iterdir() if p.is_dir()):
        if folder.name not in FLOORS:
            print(f"Sources/{folder.name}: this module has no floor yet; add it to FLOORS")
            failed = True
            continue
        files = module_files(folder)
        for place, name, text in files:
            count += 1
            for number, fault in faults(folder.name, text) + option_faults(
                folder.name, text, commands
            ):
                print(f"Sources/{place}/{name}:{number}: {fault}")
                failed = True
            for own in own_names(place, name, text):
                print(f"Sources/{place}/{name}: names {own}; in this room only a form's file does")
                failed = True
        found = arrows(files)
        rooms = circle(found)
        if rooms:
            print(f"Sources/{folder.name}: its rooms make a circle:\n{shown(found, rooms)}")
            failed = True
    print(f"imports: {count} files checked")
    return 1 if failed or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
