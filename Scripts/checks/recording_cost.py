"""What a recording costs: `lstm trace` against `lstm run`, and against a loop over PyTorch's LSTMCell that keeps the gates.

    swift build -c release --product lstm
    python Scripts/checks/recording_cost.py --lstm .build/release/lstm

Whole processes, each with one thread, in turns; the best of some rounds of each, less the time of the same command
over a single step (start and model). The loop is what people write today: the cell's arithmetic by torch's matrix
product, the four gates and both states kept in lists, stacked at the end; its time is taken inside the process, from
the first step to the stacked arrays. Says the ratios and the processor. Needs numpy and torch.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

LOOP = """
import sys, time, numpy as np, torch
torch.set_num_threads(1)
state = torch.load(sys.argv[1])
x = torch.tensor(np.load(sys.argv[2]))
W, U = state["weight_ih_l0"].T.contiguous(), state["weight_hh_l0"].T.contiguous()
b = state["bias_ih_l0"] + state["bias_hh_l0"]
start = time.perf_counter()
with torch.no_grad():
    h = torch.zeros(x.shape[1], U.shape[0]); c = torch.zeros_like(h)
    kept = [[] for _ in range(6)]
    for row in x:
        i, f, g, o = (row @ W + h @ U + b).chunk(4, 1)
        i, f, g, o = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g), torch.sigmoid(o)
        c = f * c + i * g
        h = o * torch.tanh(c)
        for list_, array in zip(kept, (f, i, g, o, c, h)): list_.append(array)
    arrays = [torch.stack(list_).numpy() for list_ in kept]
    np.savez(sys.argv[3], *arrays)
print(time.perf_counter() - start)
"""


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return "unknown"


def seconds(command):
    """Processor time of a command and of nothing else."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    outcome = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if outcome.returncode:
        sys.exit(outcome.stderr)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, outcome.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    import numpy as np
    import torch

    print(processor())
    print("H     B   steps  traced/run  loop/traced")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "loop.py").write_text(LOOP)
        for hidden, batch, steps in [
            (64, 1, 20000), (64, 32, 2000), (128, 1, 10000), (128, 32, 1000), (256, 1, 4000), (256, 32, 500),
            (1024, 1, 400), (1024, 32, 100),
        ]:
            torch.manual_seed(1)
            torch.save(torch.nn.LSTM(hidden, hidden).state_dict(), folder / "m.pt")
            x = np.random.default_rng(1).standard_normal((steps, batch, hidden)).astype(np.float32)
            np.save(folder / "x.npy", x)
            np.save(folder / "one.npy", x[:1])
            def ours(command, file):
                return [options.lstm, command, folder / "m.pt", folder / file, "--output", folder / "o.npz", "--threads", "1"]
            times = {key: [] for key in ["run", "run1", "trace", "trace1", "loop"]}
            for _ in range(options.rounds):
                for command in ["run", "trace"]:
                    times[command].append(seconds(ours(command, "x.npy"))[0])
                    times[f"{command}1"].append(seconds(ours(command, "one.npy"))[0])
                loop = seconds([sys.executable, folder / "loop.py", folder / "m.pt", folder / "x.npy", folder / "l.npz"])
                times["loop"].append(float(loop[1]))
            best = {key: min(values) for key, values in times.items()}
            run, trace = best["run"] - best["run1"], best["trace"] - best["trace1"]
            print(f"{hidden:<5} {batch:<3} {steps:<6} {trace / run:10.2f} {best['loop'] / trace:12.2f}", flush=True)


if __name__ == "__main__":
    main()
