"""ONNX Runtime: the LSTM operator on the processor, all graph optimisations on."""

import worker

threads = worker.arguments().threads

import numpy as np
import onnxruntime

from onnx_graph import OUTPUTS, model


def session(case, steps):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(
        model(case, steps), options, providers=["CPUExecutionProvider"])


def sequence(case):
    running = session(case, case.steps)
    feeds = {"input": case.input, "hidden": case.hidden, "cell": case.cell}
    names = list(OUTPUTS)

    def work():
        return running.run(names, feeds)

    return work, lambda: dict(zip(OUTPUTS.values(), work()))


def stream(case):
    running = session(case, 1)
    inputs = [np.ascontiguousarray(x)[None] for x in case.input]
    names = list(OUTPUTS)
    hidden, cell = case.hidden, case.cell

    def work():
        nonlocal hidden, cell
        for x in inputs:
            _, hidden, cell = running.run(names, {"input": x, "hidden": hidden, "cell": cell})

    def outputs():
        rows, hidden, cell = [], case.hidden, case.cell
        for x in inputs:
            row, hidden, cell = running.run(names, {"input": x, "hidden": hidden, "cell": cell})
            rows.append(row)
        return {"output": np.concatenate(rows), "hidden": hidden, "cell": cell}

    return work, outputs


def prepare(case):
    if case.kind == "training":
        raise worker.Cannot("it does not train")
    return {"sequence": sequence, "stream": stream}[case.kind](case)


worker.serve(prepare, f"ONNX Runtime {onnxruntime.__version__}")
