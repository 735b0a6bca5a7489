"""`lstm run` against a PyTorch script that does the same: whole processes, from start to written file.

Both load the same weights and the same .npy input, run with as many threads, and save output and final
states. They take turns; processor time (user and system) and peak memory are the kernel's own count
of each child. The ratio is ours over PyTorch's, the median of all rounds: smaller is better.

Usage: python run_against_pytorch.py --lstm .build/release/lstm [--old OTHER_LSTM] [--rounds 5]
       [--threads 1] [--case batch --case long] [--most-time R --most-memory R]

Needs torch, numpy and safetensors (see .ci/run). With --most-… it fails where a ratio is above.
"""
import argparse
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

# Name: layers, units, steps, sequences, features.
CASES = {"batch": (2, 256, 200, 32, 256), "long": (1, 1024, 2000, 1, 1024)}

PYTORCH = """
import sys
import numpy as np
import torch
weights, source, target, threads, inputs, units, layers = sys.argv[1:]
torch.set_num_threads(int(threads))
network = torch.nn.LSTM(int(inputs), int(units), int(layers))
network.load_state_dict(torch.load(weights))
with torch.no_grad():
    output, (hidden, cell) = network(torch.from_numpy(np.load(source)))
np.savez(target, output=output.numpy(), hidden=hidden.numpy(), cell=cell.numpy())
"""


def measure(command):
    """Runs a command: processor seconds, wall seconds and peak memory in MB."""
    start = os.times().elapsed
    child = subprocess.Popen(command)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit(f"{command[0]} ended with status {status}")
    unit = 1 if sys.platform == "darwin" else 1024
    return (
        usage.ru_utime + usage.ru_stime, os.times().elapsed - start, usage.ru_maxrss * unit / 1e6)


# A child is charged with what its parent had in memory when it was started, so this program itself
# imports neither torch nor NumPy.
MAKE = """
import sys
import numpy as np
import torch
layers, units, steps, batch, inputs = map(int, sys.argv[3:])
torch.manual_seed(1)
torch.save(torch.nn.LSTM(inputs, units, layers).state_dict(), sys.argv[1])
np.save(sys.argv[2], torch.randn(steps, batch, inputs).numpy())
"""
COMPARE = """
import sys
import numpy as np
ours, theirs = map(np.load, sys.argv[1:])
print(max(float(np.abs(ours[key] - theirs[key]).max()) for key in theirs.files))
"""


def python(program, *arguments):
    """Runs a program of Python and returns what it prints."""
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--old", help="another lstm to measure beside it")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--case", action="append", choices=sorted(CASES), dest="cases")
    parser.add_argument("--most-time", type=float, help="fail above this ratio of processor time")
    parser.add_argument("--most-memory", type=float, help="fail above this ratio of peak memory")
    options = parser.parse_args()
    failed = False
    for case in options.cases or sorted(CASES):
        layers, units, steps, batch, inputs = CASES[case]
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            model, source = str(folder / "model.pt"), str(folder / "input.npy")
            python(MAKE, model, source, *CASES[case])
            script = folder / "run.py"
            script.write_text(PYTORCH)
            commands = {
                "lstm": [
                    options.lstm, "run", model, source, "--output", str(folder / "lstm.npz"),
                    "--threads", str(options.threads)],
                "PyTorch": [
                    sys.executable, str(script), model, source, str(folder / "torch.npz"),
                    str(options.threads), str(inputs), str(units), str(layers)],
            }
            if options.old:
                commands["old lstm"] = [
                    options.old, "run", model, source, "--output", str(folder / "old.npz")]
            found = {name: [] for name in commands}
            for _ in range(options.rounds):
                for name, command in commands.items():
                    found[name].append(measure(command))
            apart = float(python(COMPARE, folder / "lstm.npz", folder / "torch.npz"))
        print(
            f"{case}: {layers} x {units} units, [{steps}, {batch}, {inputs}], "
            f"{options.threads} thread(s), {options.rounds} rounds; numbers at most {apart:.1e} apart")
        for name, rows in found.items():
            cpu, wall, memory = (statistics.median(column) for column in zip(*rows))
            spread = f"{min(row[0] for row in rows):.3f} to {max(row[0] for row in rows):.3f}"
            print(
                f"  {name:9} {cpu:7.3f} s of processor ({spread}), {wall:7.3f} s, {memory:6.0f} MB")
        time, memory = (
            statistics.median(a[i] / b[i] for a, b in zip(found["lstm"], found["PyTorch"]))
            for i in (0, 2))
        print(f"  ratio to PyTorch: {time:.3f} of its processor time, {memory:.3f} of its memory")
        failed |= apart > 1e-4
        failed |= options.most_time is not None and time > options.most_time
        failed |= options.most_memory is not None and memory > options.most_memory
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
