"""Random models of other frameworks, run by them and by `lstm run`: do the outputs and states agree?

    swift build -c release --product lstm
    python Scripts/checks/differential.py --count 600 --seed 1

Needs numpy, and for each framework its own packages (requirements.txt here);
a framework that is not there is skipped and said so.

Each array that comes out is measured against a reference of higher precision, in units of the last place (ulp) of
the reference's largest magnitude. For float32 models the reference is computed in float64 (by torch itself, by the
numpy cell of Scripts/goldens/golden.py elsewhere) and the unit is a float32 ulp; for float64 models it is computed
by numpy in 80-bit numbers and the unit is a float64 ulp. A model passes when for every array

    float32, --cells readable: ours <= 2 ulp and ours <= 4 x theirs
    float32, --cells engine:   ours <= 16 ulp or ours <= 4 x theirs
    float64:                   ours <= 16 ulp or ours <= 4 x theirs

The readable cell (the default here) computes in double precision and rounds once. The engine in float32, and both
programs in float64, round at every operation alike: in which order sums are taken decides, and which of the two is
nearer in a small array is chance (order_of_sums.py shows it on the worst case).

The models are drawn in drawn_pytorch.py, drawn_onnxruntime.py and drawn_keras.py; case K of seed S is always the
same one, whatever else is run. Exit status 1 where a model fails; `--keep FOLDER` keeps its files.
"""

import argparse
import datetime
import importlib
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
TABLE = ROOT / "docs" / "differential.md"
FRAMEWORKS = {"pytorch": "PyTorch", "onnxruntime": "ONNX Runtime", "keras": "Keras 3"}
# The reference's own rounding, in units of the last place of a float32.
SLACK = 1e-6
ALL = "all"


class Drawn:
    """A model on disk, what it is run on, and what comes out by the framework and by a reference."""

    def __init__(self, kinds, description, model, arrays, reference, theirs, dtype, valid=None, options=(), view=None):
        self.kinds = kinds              # what it has: a row of the table each
        self.description = description  # the whole case in words
        self.model = model              # the file's path
        self.arrays = arrays            # for the input's .npz
        self.reference = reference      # name: array
        self.theirs = theirs            # name: array
        self.dtype = np.dtype(dtype)    # of the model
        self.valid = valid or {}        # name: mask of the numbers that count
        self.options = list(options)    # of `lstm run`
        self.view = view or dict        # from what lstm writes to what the reference has


def error(found, reference, dtype, mask):
    """The largest difference in ulp of the largest magnitude."""
    found = np.asarray(found)
    if found.shape != reference.shape:
        raise Failure(f"the shape is {list(found.shape)}, not {list(reference.shape)}")
    wide = np.longdouble if dtype == np.float64 else np.float64
    found, reference = found.astype(wide), reference.astype(wide)
    if mask is not None:
        found, reference = found[mask], reference[mask]
    if not found.size:
        return 0.0
    if not np.isfinite(found).all():
        raise Failure("a number is not finite")
    unit = np.spacing(np.abs(reference).max().astype(dtype))
    return float(np.abs(found - reference).max() / unit)


class Failure(Exception):
    pass


class Settings:
    """Who computes float32 models: the readable cell, or the engine."""

    cells = "readable"


def run(lstm, drawn, folder):
    source, target = folder / "input.npz", folder / "out.npz"
    np.savez(source, **drawn.arrays)
    target.unlink(missing_ok=True)
    command = [lstm, "run", str(drawn.model), str(source), "--output", str(target), *drawn.options]
    if drawn.dtype == np.float32:
        command += ["--cells", Settings.cells]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    if done.returncode != 0:
        raise Failure(f"lstm ends with status {done.returncode}: {done.stderr.strip()}")
    return drawn.view(np.load(target))


def measure(lstm, drawn, folder):
    """name -> (ours, theirs) in ulp; Failure where lstm gives something else."""
    found = run(lstm, drawn, folder)
    result = {}
    for name, reference in drawn.reference.items():
        if name not in found:
            raise Failure(f"there is no '{name}', only {', '.join(found)}")
        if found[name].dtype != drawn.dtype:
            raise Failure(f"'{name}' is {found[name].dtype}, not {drawn.dtype}")
        mask = drawn.valid.get(name)
        try:
            result[name] = (error(found[name], reference, drawn.dtype, mask),
                            error(drawn.theirs[name], reference, drawn.dtype, mask))
        except Failure as failure:
            raise Failure(f"'{name}': {failure}") from None
    return result


def verdict(errors, dtype):
    rounds_once = dtype == np.float32 and Settings.cells == "readable"
    for name, (ours, theirs) in errors.items():
        if rounds_once and ours > 2:
            return f"'{name}' is {ours:.3g} ulp from the reference; 2 are allowed (theirs: {theirs:.3g})"
        allowed = 4 * theirs + SLACK if rounds_once else max(4 * theirs, 16)
        if ours > allowed:
            return f"'{name}' is {ours:.3g} ulp from the reference, theirs only {theirs:.3g}"
    return None


class Tally:
    def __init__(self):
        self.rows, self.failures, self.skipped, self.count = {}, [], [], 0

    def add(self, framework, drawn, errors):
        self.count += 1
        for kind in [ALL, *drawn.kinds]:
            row = self.rows.setdefault((FRAMEWORKS[framework], drawn.dtype.name, kind), [0, 0.0, 0.0, 0.0])
            row[0] += 1
            for ours, theirs in errors.values():
                row[1], row[2] = max(row[1], ours), max(row[2], theirs)
                if theirs > 0:
                    row[3] = max(row[3], ours / theirs)

    def table(self):
        lines = ["| Framework | Numbers | Models | Cases | Worst error, lstm | Worst error, framework | Worst ratio |",
                 "|---|---|---|---:|---:|---:|---:|"]
        for (framework, dtype, kind), (count, ours, theirs, ratio) in sorted(
                self.rows.items(), key=lambda item: (*item[0][:2], item[0][2] != ALL, item[0][2])):
            lines.append(f"| {framework} | {dtype} | {kind} | {count} | {ours:.2f} ulp | {theirs:.2f} ulp | {ratio:.2f} |")
        return "\n".join(lines)


def check(framework, options, tally, versions):
    try:
        module = importlib.import_module(f"drawn_{framework}")
    except ImportError as missing:
        return skip(tally, framework, f"{missing.name} is not installed")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        versions.update(module.versions())
        for number in range(options.first, options.first + options.share):
            drawn = module.draw(np.random.default_rng([options.seed, *framework.encode(), number]), number, folder)
            errors = {}
            try:
                errors = measure(options.lstm, drawn, folder)
                problem = verdict(errors, drawn.dtype)
            except Failure as failure:
                problem = str(failure)
            tally.add(framework, drawn, errors)
            if problem:
                tally.failures.append(f"{framework} {number}: {drawn.description}\n    {problem}")
                print(tally.failures[-1], flush=True)
                if options.keep:
                    target = pathlib.Path(options.keep) / f"{framework}-{number}"
                    shutil.copytree(folder, target, dirs_exist_ok=True)
            for path in folder.iterdir():
                path.unlink()


def skip(tally, framework, reason):
    tally.skipped.append(f"{FRAMEWORKS[framework]} is skipped: {reason}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=600, help="models in all, divided among the frameworks")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="the number of the first case of each framework")
    parser.add_argument("--lstm", default=str(ROOT / ".build" / "release" / "lstm"))
    parser.add_argument("--only", choices=list(FRAMEWORKS))
    parser.add_argument("--cells", choices=["readable", "engine"], default="readable", help="who computes float32 models")
    parser.add_argument("--keep", help="a folder for the files of cases that fail")
    parser.add_argument("--write-table", action="store_true", help=f"write {TABLE.relative_to(ROOT)}")
    options = parser.parse_args()
    Settings.cells = options.cells
    chosen = [options.only] if options.only else list(FRAMEWORKS)
    options.share = -(-options.count // len(chosen))
    if shutil.which(options.lstm) is None:
        parser.error(f"there is no program {options.lstm}; build it, or give --lstm")

    tally, versions, start = Tally(), {"numpy": np.__version__}, time.monotonic()
    sys.path.insert(0, str(pathlib.Path(__file__).parent))
    for framework in chosen:
        check(framework, options, tally, versions)

    count = tally.count
    summary = (f"{count} models, {len(tally.failures)} failed, seed {options.seed}, "
               f"{time.monotonic() - start:.0f} s\n"
               + ", ".join(f"{name} {version}" for name, version in versions.items())
               + f"; {platform.machine()}, {platform.system()}")
    print(tally.table())
    print(summary)
    for line in tally.skipped:
        print(line)
    if tally.failures:
        print("failed:\n" + "\n".join(tally.failures))
    if options.write_table and count and not tally.failures and not options.only and not tally.skipped:
        write_table(tally, count, options.seed, versions)
    elif options.write_table:
        print("no table is written: something failed, was skipped or left out")
    sys.exit(1 if tally.failures or not count else 0)


def write_table(tally, count, seed, versions):
    date = datetime.date.today().isoformat()
    text = f"""# Random models, run by their framework and by lstm

Written by `Scripts/checks/differential.py --count {count} --seed {seed} --write-table` on {date}, on
{platform.machine()} {platform.system()}, with {", ".join(f"{n} {v}" for n, v in versions.items())}.

{count} models, none beyond the bounds: for float32 2 ulp and 4 times the framework's error, for float64 16 ulp or 4
times. Errors are the largest difference from a reference of higher precision (float64 for float32 models, 80 bits for
float64 models) over all outputs and states, in units of the last place (ulp) of the models' type, at the largest
magnitude of each array. The ratio is that of lstm's error to the framework's on the same array, at its worst. A model
stands in the row of everything it has.

`lstm run --cells readable` computes in double precision and rounds once, so that half an ulp is its share for float32
models; CI holds the engine to 16 ulp or 4 times the framework's error on the same models. For float64
models both programs round at every operation, and the order of the sums decides: there 4 times the framework's error
alone would be too strict. The worst ratio, 4.08, is that of the hidden states of PyTorch's case 143 with seed 1: 6.46
ulp here, 1.58 in PyTorch. `Scripts/checks/order_of_sums.py` computes that case in Python with the sums in the order of
the columns and gets lstm's numbers bit for bit, so that nothing else is at work. With the same formulas and 200 shuffled
orders the error lies between 1.61 and 9.65 ulp (median 2.65); with each sum rounded once from its exact value it is
1.96. PyTorch's order happens to be a good one there, ours a bad one; the bound of 16 ulp was set after this was seen.

"""
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(text + tally.table() + "\n")
    print(f"written: {TABLE.relative_to(ROOT)}")


if __name__ == "__main__":
    # The drawing modules import this one by its name.
    sys.modules["differential"] = sys.modules["__main__"]
    main()
