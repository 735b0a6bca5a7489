"""Random ONNX models of one LSTM node for differential.py: every attribute that ONNX Runtime's CPU kernel takes."""

import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from differential import ROOT, Drawn

sys.path.insert(0, str(ROOT / "Scripts" / "goldens"))
import golden  # noqa: E402

OPSETS = (7, 14, 22)
ORDER = ("input", "output", "forget", "candidate")
PEEPHOLE_ORDER = ("input", "output", "forget")
# ONNX' name, ours, how many of alpha and beta, and what ONNX Runtime takes where they are left out.
FUNCTIONS = {
    "Sigmoid": ("sigmoid", ()), "Tanh": ("tanh", ()), "Relu": ("relu", ()), "Softsign": ("softsign", ()),
    "Softplus": ("softplus", ()), "LeakyRelu": ("leaky-relu", (0.01,)), "Elu": ("elu", (1.0,)),
    "ThresholdedRelu": ("thresholded-relu", (0.0,)), "HardSigmoid": ("hard-sigmoid", (0.2, 0.5)),
    "Affine": ("affine", (0.0, 0.0)), "ScaledTanh": ("scaled-tanh", (0.0, 0.0)),
}


def versions():
    return {"onnx": onnx.__version__, "onnxruntime": onnxruntime.__version__}


def grid(rng, low, high):
    """A number that is exact in float32."""
    return float(np.round(rng.uniform(low, high) * 64) / 64)


def drawn_functions(rng, directions):
    """Names, alphas, betas and the names that the numpy cell understands, three for each direction."""
    told = rng.random() < 0.8
    # Left out, Affine and ScaledTanh are 0 everywhere: nothing would be tested.
    usable = [n for n in FUNCTIONS if told or n not in ("Affine", "ScaledTanh")]
    names = [str(rng.choice(usable)) for _ in range(3 * directions)]
    alphas, betas, ours = [], [], []
    for name in names:
        ours_name, values = FUNCTIONS[name]
        if told and values:
            values = (grid(rng, 0.1, 1.2), grid(rng, 0.1, 0.9))[:len(values)]
            alphas.append(values[0])
            betas.extend(values[1:])
        ours.append(":".join([ours_name, *(repr(float(np.float32(v))) for v in values)]))
    return names, alphas, betas, ours


def drawn_shape(rng):
    def chance(p):
        return rng.random() < p

    direction = str(rng.choice(["forward", "reverse", "bidirectional"]))
    shape = {
        "opset": int(rng.choice(OPSETS)), "inputs": int(rng.integers(1, 41)), "hidden": int(rng.integers(1, 41)),
        "steps": int(rng.integers(1, 21)), "batch": int(rng.integers(1, 6)), "direction": direction,
        "bias": chance(0.7), "peepholes": chance(0.4), "lengths": chance(0.4), "empty": chance(0.25),
        "hidden_state": chance(0.5), "cell_state": chance(0.5), "input_forget": chance(0.25),
        "clip": grid(rng, 0.25, 3) if chance(0.3) else 0, "activations": chance(0.6), "scale": 1.0}
    shape["directions"] = 2 if direction == "bidirectional" else 1
    return shape


def draw(rng, number, folder):
    while True:
        shape = drawn_shape(rng)
        case = drawn_case(rng, shape)
        with np.errstate(all="ignore"):
            reference = expected(shape, case)
        largest = max(np.abs(v).max() for v in reference.values())
        if np.isfinite(largest) and largest < 1000:
            break
    path = folder / "model.onnx"
    proto = model(shape, case)
    onnx.save(proto, path)
    given = {"X": case["x"]}
    arrays = {"input": case["x"]}
    if case["lengths"] is not None:
        given["sequence_lens"] = arrays["lengths"] = case["lengths"].astype(np.int32)
    for name, key in (("initial_h", "hidden"), ("initial_c", "cell")):
        if case[key] is not None:
            given[name] = arrays[key] = case[key]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(proto.SerializeToString(), options, providers=["CPUExecutionProvider"])
    y, h, c = session.run(None, given)
    theirs = {"output": joined(y), "hidden": h, "cell": c}
    text = ", ".join(f"{k} {v}" for k, v in {**shape, "functions": case["text"]}.items() if v is not False and v != 0)
    return Drawn(kind_of(shape), text, path, arrays, reference, theirs, np.float32)


def joined(y):
    """[T, D, B, H] as [T, B, D·H]."""
    return y.transpose(0, 2, 1, 3).reshape(y.shape[0], y.shape[2], -1)


def kind_of(shape):
    words = [shape["direction"]]
    for key in ("peepholes", "clip", "input_forget", "activations", "lengths"):
        if shape[key]:
            words.append(key.replace("_", " "))
    return ", ".join(words)


def drawn_case(rng, shape):
    inputs, hidden, directions = shape["inputs"], shape["hidden"], shape["directions"]
    steps, batch = shape["steps"], shape["batch"]

    def numbers(scale, *sizes):
        return rng.uniform(-scale, scale, sizes).astype(np.float32)

    scale = shape["scale"] / np.sqrt(max(hidden, 4))
    case = {"W": numbers(scale, directions, 4 * hidden, inputs), "R": numbers(scale, directions, 4 * hidden, hidden),
            "B": numbers(0.5, directions, 8 * hidden) if shape["bias"] else None,
            "P": numbers(0.5, directions, 3 * hidden) if shape["peepholes"] else None,
            "x": numbers(1.5, steps, batch, inputs), "lengths": None, "text": "", "functions": None,
            "hidden": numbers(0.9, directions, batch, hidden) if shape["hidden_state"] else None,
            "cell": numbers(1.4, directions, batch, hidden) if shape["cell_state"] else None}
    if shape["activations"]:
        case["functions"] = drawn_functions(rng, directions)
        case["text"] = " ".join(case["functions"][3])
    if shape["lengths"]:
        case["lengths"] = rng.integers(0 if shape["empty"] else 1, steps + 1, batch)
        for row, length in enumerate(case["lengths"]):
            case["x"][length:, row] = 99
    return case


def model(shape, case):
    given = {key: case[key] for key in ("W", "R", "B", "P") if case[key] is not None}
    steps, batch, hidden, directions = shape["steps"], shape["batch"], shape["hidden"], shape["directions"]
    inputs = [helper.make_tensor_value_info("X", TensorProto.FLOAT, [steps, batch, shape["inputs"]])]
    if case["lengths"] is not None:
        inputs.append(helper.make_tensor_value_info("sequence_lens", TensorProto.INT32, [batch]))
    for name, key in (("initial_h", "hidden"), ("initial_c", "cell")):
        if case[key] is not None:
            inputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [directions, batch, hidden]))
    there = {"X", *given, *(i.name for i in inputs)}
    names = [n if n in there else "" for n in ("X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P")]
    while not names[-1]:
        names.pop()
    attributes = {"hidden_size": hidden, "direction": shape["direction"]}
    if shape["clip"]:
        attributes["clip"] = shape["clip"]
    if shape["input_forget"]:
        attributes["input_forget"] = 1
    if case["functions"]:
        functions, alphas, betas, _ = case["functions"]
        attributes["activations"] = functions
        if alphas:
            attributes["activation_alpha"] = alphas
        if betas:
            attributes["activation_beta"] = betas
    node = helper.make_node("LSTM", names, ["Y", "Y_h", "Y_c"], **attributes)
    shapes = {"Y": [steps, directions, batch, hidden], "Y_h": [directions, batch, hidden],
              "Y_c": [directions, batch, hidden]}
    graph = helper.make_graph(
        [node], "lstm", inputs,
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()],
        [numpy_helper.from_array(v, n) for n, v in given.items()])
    found = helper.make_model(graph, opset_imports=[helper.make_opsetid("", shape["opset"])], ir_version=8)
    onnx.checker.check_model(found)
    return found


# ------------------------------------------------------------------ numpy, float64

def expected(shape, case):
    """Output and states by the numpy cell, a sequence and a direction at a time."""
    steps, batch, hidden, directions = shape["steps"], shape["batch"], shape["hidden"], shape["directions"]
    y = np.zeros((steps, directions, batch, hidden))
    h, c = np.zeros((directions, batch, hidden)), np.zeros((directions, batch, hidden))
    for side in range(directions):
        weights = cell_weights(case, side, hidden)
        variant = {}
        if shape["clip"]:
            variant["clip"] = shape["clip"]
        if shape["input_forget"]:
            variant["coupled"] = "forget-from-input"
        if case["functions"]:
            gate, candidate, cell = case["functions"][3][3 * side:3 * side + 3]
            variant["activations"] = {"input": gate, "forget": gate, "output": gate, "candidate": candidate, "cell": cell}
        backward = shape["direction"] == "reverse" or side == 1
        for row in range(batch):
            length = steps if case["lengths"] is None else int(case["lengths"][row])
            if length == 0:
                continue  # ONNX Runtime: zeros, whatever the initial states are
            x = case["x"][:length, row]
            state = {key: np.zeros(hidden) if case[key] is None else case[key][side, row] for key in ("hidden", "cell")}
            outputs, h[side, row], c[side, row], _ = golden.run(
                {"weights": weights, "variant": variant, "inputs": x[::-1] if backward else x, **state})
            y[:length, side, row] = outputs[::-1] if backward else outputs
    return {"output": joined(y), "hidden": h, "cell": c}


def cell_weights(case, side, hidden):
    weights = {}
    for k, gate in enumerate(ORDER):
        rows = slice(k * hidden, (k + 1) * hidden)
        part = {"inputWeights": case["W"][side, rows].astype(np.float64),
                "hiddenWeights": case["R"][side, rows].astype(np.float64)}
        if case["B"] is not None:
            part["bias"] = case["B"][side, rows].astype(np.float64)
            part["recurrentBias"] = case["B"][side, 4 * hidden:][rows].astype(np.float64)
        if case["P"] is not None and gate in PEEPHOLE_ORDER:
            k = PEEPHOLE_ORDER.index(gate)
            part["peephole"] = case["P"][side, k * hidden:(k + 1) * hidden].astype(np.float64)
        weights[gate] = part
    return weights
