#!/usr/bin/env python3
"""Compiles and runs every Swift sample of the documents.

A sample is a fenced block that opens with ```swift in README.md or a DocC article, or an indented block in
a doc comment (`///     let …`). Each becomes a function that may throw, in a file of its own; what
samples take for granted (a model, an input) is declared in Scripts/samples/Prelude.swift. All of
them are compiled against the modules of a debug build and run one after the other, from the
repository's root.

Blocks of other things than programs are marked: ```text, or ```swift with `// swift-tools-version`
or `.package(` in its first line, which are parts of a manifest.

Usage: check-samples.py [--build .build/debug] [--self-test]
"""
import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
MODULES = ["CLSTMKernels", "_NumericsShims", "RealModule", "SwiftProtobuf", "CZlib", "LSTMCore",
           "LSTMFormats", "LSTMInsight", "LSTMTraining"]
MANIFEST = re.compile(r"^\s*(// swift-tools-version|\.package\(|\.product\()")


def fenced(text):
    """The Swift blocks of a Markdown document, each as (first line number, lines)."""
    found, block = [], None
    for number, line in enumerate(text.splitlines(), 1):
        if block is None and line.strip() == "```swift":
            block = (number + 1, [])
        elif block is not None and line.strip() == "```":
            if block[1] and not MANIFEST.match(block[1][0]):
                found.append(block)
            block = None
        elif block is not None:
            block[1].append(line)
    return found


def commented(text):
    """The indented blocks of doc comments that are Swift, each as (first line number, lines)."""
    found, block, before = [], None, ""
    for number, line in enumerate(text.splitlines(), 1):
        comment = re.match(r"^\s*/// ?(.*)$", line)
        content = comment[1] if comment else None
        if content is not None and (content.startswith("    ") or (block and not content)):
            if block is None and before == "":
                block = (number, [])
            if block:
                block[1].append(content[4:])
                continue
        if block:
            found.append(block)
            block = None
        before = content if content is not None else "-"
    return [(number, lines) for number, lines in found if is_swift(lines)]


def is_swift(lines):
    return any(re.match(r"\s*(let|var|try|import|for|func) ", line) for line in lines)


def samples():
    for path in [ROOT / "README.md", *sorted(ROOT.glob("Sources/*/*.docc/*.md"))]:
        for number, lines in fenced(path.read_text()):
            yield path.relative_to(ROOT), number, lines
    for path in sorted(ROOT.glob("Sources/**/*.swift")):
        for number, lines in commented(path.read_text()):
            yield path.relative_to(ROOT), number, lines


def program(index, path, number, lines):
    """The file of one sample: its imports, then a function with the rest."""
    imports = [line for line in lines if line.startswith("import ")]
    body = ["" if line.startswith("import ") else line for line in lines]
    return "\n".join([
        "import LSTMCore", "import LSTMFormats", "import LSTMInsight", "import LSTMTraining",
        *[line for line in imports if not line.startswith("import LSTM")],
        f"func sample{index}() throws {{",
        f'#sourceLocation(file: "{path}", line: {number})',
        *body,
        "#sourceLocation()",
        "}", ""])


def objects_of(module, build):
    """The object files of a module; of our own those whose source is still there."""
    own = ROOT / "Sources" / module
    names = {path.name for path in own.rglob("*")} if own.exists() else None
    for path in sorted((build / f"{module}.build").rglob("*.o")):
        if names is None or path.name.removesuffix(".o") in names:
            yield path


def self_test():
    text = "a\n```swift\nlet a = 1\n```\n```text\nlet b\n```\n```swift\n.package(url: x)\n```\n"
    assert fenced(text) == [(3, ["let a = 1"])]
    text = "/// Words:\n///\n///     let a = 1\n///     print(a)\n///\n/// More\n///\n///     f = σ(x)\n"
    assert commented(text) == [(3, ["let a = 1", "print(a)", ""])], commented(text)
    assert "func sample3()" in program(3, "README.md", 7, ["import X", "let a = 1"])


def main():
    self_test()
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--build", default=".build/debug", help="the folder of a debug build")
    arguments.add_argument("--self-test", action="store_true")
    options = arguments.parse_args()
    if options.self_test:
        return 0
    build = (ROOT / options.build).resolve()
    found = list(samples())
    if not found:
        print("samples: none found, which cannot be")
        return 1
    objects = [path for module in MODULES for path in objects_of(module, build)]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        sources = [ROOT / "Scripts/samples/Prelude.swift"]
        for index, (path, number, lines) in enumerate(found):
            file = folder / f"Sample{index}.swift"
            file.write_text(program(index, path, number, lines))
            sources.append(file)
        main_file = folder / "main.swift"
        calls = "".join(
            f'failures += run("{path}:{number}", sample{index})\n'
            for index, (path, number, _) in enumerate(found))
        main_file.write_text(
            "func run(_ place: String, _ sample: () throws -> Void) -> Int {\n"
            "  do { try sample() } catch { complain(\"\\(place): \\(error)\"); return 1 }\n"
            "  return 0\n}\nvar failures = 0\n" + calls + "finish(failures)\n")
        checkouts = build.parent.parent / "checkouts"
        compiled = subprocess.run(
            ["swiftc", "-swift-version", "6", "-module-name", "Samples", "-o", folder / "samples",
             "-I", build / "Modules", "-I", ROOT / "Sources/CLSTMKernels/include",
             "-I", ROOT / "Sources/CZlib",
             "-Xcc", f"-fmodule-map-file={build / 'CLSTMKernels.build/module.modulemap'}",
             "-I", checkouts / "swift-numerics/Sources/_NumericsShims/include",
             "-suppress-warnings", "-lz", "-lm", *objects, *sources, main_file],
            capture_output=True, text=True)
        if compiled.returncode:
            print(compiled.stdout + compiled.stderr)
            print(f"samples: {len(found)} do not compile together")
            return 1
        ran = subprocess.run([folder / "samples"], cwd=ROOT, capture_output=True, text=True)
        if ran.returncode:
            print(ran.stdout + ran.stderr)
            return 1
    print(f"samples: {len(found)} compiled and run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
