"""The peers' side of the benchmark: a worker that answers requests, one JSON object a line.

What is asked and answered is described in Sources/BenchmarkKit/WorkerMessages.swift; each peer's
script says how that peer computes a case. Times are taken here, around the computation alone.
"""

import argparse
import gc
import json
import os
import sys
import time
import traceback

import numpy as np


class Cannot(Exception):
    """This peer has no way to compute the case; the text says why."""


class Case:
    """What is to be computed.

    kind is "stream" (`steps` calls of one step each, the state carried from call to call),
    "sequence" (one call over all steps) or "training" (one whole training step). The layers are as
    wide as their input, I = H.
    """

    def __init__(self, numbers, arrays_path):
        self.kind = numbers["kind"]
        self.hidden_size = numbers["hiddenSize"]
        self.batch = numbers["batch"]
        self.steps = numbers["steps"]
        self.layers = numbers["layers"]
        self.directions = numbers["directions"]
        self.vocabulary = numbers.get("vocabulary")
        self.arrays = dict(np.load(arrays_path))

    def weights(self, layer, direction):
        """weight_ih [4H, I], weight_hh [4H, H], bias_ih [4H], bias_hh [4H], in PyTorch's order of
        gates: input, forget, candidate, output."""
        suffix = f"_l{layer}" + ("_reverse" if direction == 1 else "")
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return [self.arrays[f"lstm.{name}{suffix}"] for name in names]

    def cells(self):
        """(layer, direction) in the order of the states."""
        return [(l, d) for l in range(self.layers) for d in range(self.directions)]

    @property
    def input(self):
        """[T, B, I]"""
        return self.arrays["input"]

    @property
    def hidden(self):
        """The hidden states to start from, [L·D, B, H]."""
        return self.arrays["hidden"]

    @property
    def cell(self):
        """The cell states to start from, [L·D, B, H]."""
        return self.arrays["cell"]

    # The settings of every training step; Sources/BenchmarkKit/TrainingCase.swift has them too.
    learning_rate = 1e-3
    beta1, beta2, epsilon = 0.9, 0.999, 1e-8
    largest_gradient_norm = 1.0


def arguments():
    """What the benchmark starts a worker with. Reading it needs no framework, so that a script can
    set the framework's environment before it imports it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, required=True)
    return parser.parse_args()


def peak_memory():
    """The most bytes of memory this process has held at once."""
    try:
        # Not getrusage: there the peak of whoever started the process counts too.
        with open("/proc/self/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) * 1024
    except FileNotFoundError:
        pass
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def timed(work, repetitions):
    """The nanoseconds of each repetition, after one that is not counted: it brings back to the
    caches what the other workers drove out."""
    clock = time.perf_counter_ns
    gc.collect()
    gc.disable()
    work()
    times = []
    for _ in range(repetitions):
        start = clock()
        work()
        times.append(clock() - start)
    gc.enable()
    return times


def serve(prepare, version):
    """Answers requests until the last.

    prepare(case) returns two functions: one that computes the case once and keeps nothing, which is
    timed, and one that computes it from the start and returns its outputs by name, which is called
    once and before.
    """
    # What a library prints must not end up among the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    work = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                asked = request["prepare"]
                work = None
                work, outputs = prepare(Case(asked["case"], asked["arrays"]))
                found = {name: np.asarray(array) for name, array in outputs().items()}
                np.savez(asked["outputs"], **found)
                answer = {"ready": version}
            elif "time" in request:
                answer = {"nanoseconds": timed(work, request["time"]["repetitions"])}
            elif "memory" in request:
                answer = {"bytes": peak_memory()}
            else:
                break
        except Cannot as reason:
            answer = {"cannot": str(reason)}
        except Exception as problem:
            traceback.print_exc()
            answer = {"failed": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=answers, flush=True)
