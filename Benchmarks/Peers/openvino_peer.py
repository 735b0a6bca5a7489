"""OpenVINO: the same ONNX model, compiled for the processor and for latency, in float32."""

import worker

threads = worker.arguments().threads

import numpy as np
import openvino

from onnx_graph import OUTPUTS, model

core = openvino.Core()


def request(case, steps):
    compiled = core.compile_model(
        core.read_model(model(case, steps)), "CPU",
        {
            "INFERENCE_NUM_THREADS": threads,
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_PRECISION_HINT": "f32",
        })
    return compiled.create_infer_request()


def inputs(request, names):
    """The request's own input arrays, to be filled in place."""
    return [request.get_tensor(name).data for name in names]


def sequence(case):
    running = request(case, case.steps)
    for place, array in zip(
            inputs(running, ("input", "hidden", "cell")), (case.input, case.hidden, case.cell)):
        place[:] = array

    def work():
        running.infer()

    def outputs():
        work()
        return {ours: running.get_tensor(name).data.copy() for name, ours in OUTPUTS.items()}

    return work, outputs


def stream(case):
    running = request(case, 1)
    place, hidden, cell = inputs(running, ("input", "hidden", "cell"))
    output, new_hidden, new_cell = (running.get_tensor(name).data for name in OUTPUTS)
    rows = [np.ascontiguousarray(x)[None] for x in case.input]

    def work():
        for x in rows:
            place[:] = x
            running.infer()
            hidden[:] = new_hidden
            cell[:] = new_cell

    def outputs():
        hidden[:], cell[:], found = case.hidden, case.cell, []
        for x in rows:
            place[:] = x
            running.infer()
            hidden[:] = new_hidden
            cell[:] = new_cell
            found.append(output.copy())
        return {"output": np.concatenate(found), "hidden": hidden, "cell": cell}

    return work, outputs


def prepare(case):
    if case.kind == "training":
        raise worker.Cannot("it does not train")
    return {"sequence": sequence, "stream": stream}[case.kind](case)


worker.serve(prepare, f"OpenVINO {openvino.__version__}")
