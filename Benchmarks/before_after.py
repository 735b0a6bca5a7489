#!/usr/bin/env python3
"""Times two builds of the benchmark's own worker in turns, on the same numbers: what a change of the engine
made faster or slower. Needs numpy.

    python3 before_after.py --before OLD/benchmark --after .build/release/benchmark [--only h256]

Each case of the grid is prepared by both; then they are timed alternately, one stopped while the
other computes. Printed are the medians and the ratio before/after with the quartiles of the ratios
of neighbouring turns: a row is slower where even the upper quartile is below 1. --fresh N times the
first answer of H = 1024 of N fresh processes each, and their peak memory.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import tempfile
import time

import numpy as np

GRID = (
    [("stream", h, 1, 100, 1, 1, None) for h in (5, 64, 256, 512, 1024)]
    + [("sequence", h, 1, t, l, d, None) for h, t, l, d in (
        (64, 100, 1, 1), (256, 100, 1, 1), (512, 100, 1, 1), (1024, 50, 1, 1),
        (256, 100, 2, 1), (256, 100, 1, 2))]
    + [("sequence", h, b, t, l, d, None) for h, b, t, l, d in (
        (128, 32, 100, 1, 1), (256, 32, 100, 1, 1), (256, 64, 100, 1, 1), (512, 32, 50, 1, 1),
        (1024, 32, 20, 1, 1), (256, 32, 50, 2, 1), (256, 32, 50, 1, 2))]
    + [("training", 128, 32, 50, 1, 1, 65), ("training", 256, 32, 64, 2, 1, 96),
       ("training", 512, 32, 64, 2, 1, 96), ("training", 512, 64, 100, 1, 1, 256)])


def case(row):
    kind, hidden, batch, steps, layers, directions, vocabulary = row
    made = {"kind": kind, "hiddenSize": hidden, "batch": batch, "steps": steps, "layers": layers,
            "directions": directions}
    if vocabulary:
        made["vocabulary"] = vocabulary
    return made


def name(row):
    return f"{row[0]}-h{row[1]}-b{row[2]}" + (f"-l{row[4]}" if row[4] > 1 else "") + (
        "-d2" if row[5] > 1 else "")


def arrays(row, path):
    """The numbers of a case, as the benchmark's own archive has them."""
    kind, hidden, batch, steps, layers, directions, vocabulary = row
    random = np.random.default_rng(1)
    bound = hidden ** -0.5

    def uniform(*shape):
        return random.uniform(-bound, bound, shape).astype(np.float32)

    made = {}
    for layer in range(layers):
        width = hidden if layer == 0 else hidden * directions
        for suffix in ("", "_reverse")[:directions]:
            made[f"lstm.weight_ih_l{layer}{suffix}"] = uniform(4 * hidden, width)
            made[f"lstm.weight_hh_l{layer}{suffix}"] = uniform(4 * hidden, hidden)
            made[f"lstm.bias_ih_l{layer}{suffix}"] = uniform(4 * hidden)
            made[f"lstm.bias_hh_l{layer}{suffix}"] = 0 * uniform(4 * hidden)
    if vocabulary:
        made["embedding.weight"] = random.normal(size=(vocabulary, hidden)).astype(np.float32)
        made["head.weight"], made["head.bias"] = uniform(vocabulary, hidden), uniform(vocabulary)
        made["tokens"] = random.integers(0, vocabulary, (steps, batch))
        made["targets"] = random.integers(0, vocabulary, (steps, batch))
    else:
        made["input"] = random.normal(size=(steps, batch, hidden)).astype(np.float32)
        for state in ("hidden", "cell"):
            made[state] = random.normal(size=(layers * directions, batch, hidden)).astype(np.float32)
    np.savez(path, **made)


class Worker:
    def __init__(self, program, threads):
        self.process = subprocess.Popen(
            [program, "worker", "--threads", str(threads), "--weights", "float32"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, message):
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "failed" in answer:
            raise SystemExit(answer["failed"])
        return answer

    def prepare(self, row, path, folder):
        self.ask({"prepare": {"case": case(row), "arrays": path, "outputs": folder + "/out.npz"}})

    def time(self, repetitions):
        return statistics.median(self.ask({"time": {"repetitions": repetitions}})["nanoseconds"])

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def end(self):
        self.go_on()
        self.process.stdin.close()
        self.process.wait()


def compare(row, options, folder):
    path = folder + "/in.npz"
    arrays(row, path)
    workers = [Worker(program, options.threads) for program in (options.before, options.after)]
    for worker in workers:
        worker.prepare(row, path, folder)
    once = max(worker.time(1) for worker in workers)
    repetitions = max(1, int(options.turn * 1e6 / once))
    times = [[], []]
    for turn in range(options.rounds):
        for index in ((0, 1), (1, 0))[turn % 2]:
            workers[1 - index].stop()
            workers[index].go_on()
            times[index].append(workers[index].time(repetitions))
    for worker in workers:
        worker.end()
    ratios = [before / after for before, after in zip(*times)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    print(f"{name(row):28} {statistics.median(times[0]) / 1e3:12.2f} "
          f"{statistics.median(times[1]) / 1e3:12.2f} us   {middle:5.2f} ({low:.2f} to {high:.2f})",
          flush=True)
    return middle


def first_answers(options, folder):
    row = ("stream", 1024, 1, 1, 1, 1, None)
    path = folder + "/in.npz"
    arrays(row, path)
    found = ([], [])
    peaks = [0, 0]
    for _ in range(options.fresh):
        for index, program in enumerate((options.before, options.after)):
            start = time.perf_counter()
            worker = Worker(program, options.threads)
            worker.prepare(row, path, folder)
            found[index].append(time.perf_counter() - start)
            peaks[index] = worker.ask({"memory": {}})["bytes"]
            worker.end()
    before, after = (statistics.median(times) for times in found)
    print(f"first answer, H = 1024: {before:.3f} s, {after:.3f} s, ratio {before / after:.2f}; "
          f"peak memory {peaks[0] / 2**20:.0f} and {peaks[1] / 2**20:.0f} MiB")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--before", required=True)
    arguments.add_argument("--after", required=True)
    arguments.add_argument("--only", default="", help="cases whose names contain this")
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--rounds", type=int, default=11)
    arguments.add_argument("--turn", type=float, default=60, help="about how long a turn is, in ms")
    arguments.add_argument("--fresh", type=int, default=0)
    options = arguments.parse_args()
    for index in ("before", "after"):
        setattr(options, index, os.path.abspath(getattr(options, index)))
    with tempfile.TemporaryDirectory() as folder:
        rows = [row for row in GRID if options.only in name(row)]
        ratios = [compare(row, options, folder) for row in rows]
        if ratios:
            print(f"geometric mean {np.exp(np.mean(np.log(ratios))):.3f}")
        if options.fresh:
            first_answers(options, folder)


if __name__ == "__main__":
    main()
