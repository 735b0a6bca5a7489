"""Whether ONNX's checker and ONNX Runtime accept what the tests wrote, and whether the numbers are those of the original.

    LSTM_WRITE_FOLDER=/tmp/written swift test --filter ONNXWriterTests
    python Scripts/checks/check_onnx.py /tmp/written

Needs onnx, onnxruntime and numpy. Exit status 0 where everything holds, 1 with a line for each thing that does not.
"""

import json
import os
import sys

import numpy as np
import onnx
import onnxruntime

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Tests", "Fixtures", "onnx")


def array(part, kind=None):
    values = np.array(part["values"]).reshape(part["shape"])
    return values.astype(kind or (np.float32 if values.dtype.kind == "f" else np.int64))


def standard(name, value, case, batch_first):
    """An output of the original in the axes that are written."""
    if case.startswith(("node-layout", "onnx-batchwise")):
        if value.ndim == 4:
            return value.reshape(*value.shape[:2], -1)
        return value.transpose(1, 0, 2)
    if value.ndim == 4:
        value = value.transpose(0, 2, 1, 3)
    return value


def check(path, case):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    wide = (onnx.TensorProto.DOUBLE, onnx.TensorProto.FLOAT16, onnx.TensorProto.BFLOAT16)
    if any(t.data_type in wide for t in model.graph.initializer):
        return "checked only: ONNX Runtime's LSTM takes float32"
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    if case is None:
        return "accepted"
    inputs = {}
    wanted = {i.name: i for i in session.get_inputs()}
    for name, part in case["inputs"].items():
        if name not in wanted:
            continue
        kinds = {"tensor(int32)": np.int32, "tensor(int64)": np.int64, "tensor(float)": np.float32}
        value = array(part, kinds[wanted[name].type])
        if value.ndim == 2 and value.dtype == np.float32:
            value = value[:, None]
        inputs[name] = value
    found = session.run(None, inputs)
    for output, value in zip(session.get_outputs(), found):
        name = output.name.removeprefix("out ")
        expected = standard(name, array(case["outputs"][name]), case["name"], None)
        assert value.size == expected.size, f"{name} is {value.shape}, not {expected.shape}"
        worst = np.abs(value.reshape(-1) - expected.reshape(-1)).max()
        assert worst <= max(case["tolerance"], 2e-6), f"{name} is off by {worst}"
    return "same numbers"


def main(folder):
    with open(os.path.join(FIXTURES, "models.json")) as file:
        cases = {c["name"]: c for c in json.load(file)["cases"]}
    results, faults = {}, 0
    files = sorted(f for f in os.listdir(folder) if f.endswith(".onnx"))
    for file in files:
        name = file.removesuffix(".onnx")
        try:
            result = check(os.path.join(folder, file), cases.get(name))
        except Exception as error:  # every fault of every file is to be seen
            faults += 1
            print(f"{name}: {str(error)[:300]}")
            continue
        results[result] = results.get(result, 0) + 1
    missing = sorted(set(cases) - {f.removesuffix(".onnx") for f in files})
    if missing:
        faults += len(missing)
        print("not written:", ", ".join(missing))
    print(f"{len(files)} files:", ", ".join(f"{count} {result}" for result, count in sorted(results.items())), f"; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
