"""Goldens from numbers that other projects print in their own tests. Only numbers are kept here; each
case says where they stand. `published-nnapi.json` holds the longer lists as they are printed there."""

import json
import math
import pathlib

import numpy as np

import golden

FILE = "published.json"
FLAT = {"i": "input", "f": "forget", "g": "candidate", "o": "output"}


def source(repository, commit, path, test):
    return {"repository": repository, "path": path, "commit": commit, "test": test}


def blocks(order, w, r, b=None, second=None, p=None, peephole_order=""):
    """Weights from stacked rows; `order` is such as "ifgo"."""
    size = len(w) // 4
    weights = {}
    for gate in "ifgo":
        k = order.index(gate)
        rows = slice(k * size, (k + 1) * size)
        part = {"inputWeights": w[rows], "hiddenWeights": r[rows]}
        if b is not None:
            part["bias"] = b[rows]
        if second is not None:
            part["recurrentBias"] = second[rows]
        if p is not None and gate in peephole_order:
            k = peephole_order.index(gate)
            part["peephole"] = p[k * size:(k + 1) * size]
        weights[FLAT[gate]] = part
    return weights


def rows(values, width):
    return [values[k:k + width] for k in range(0, len(values), width)]


# ------------------------------------------------------------------------- NNAPI

def nnapi():
    data = json.loads((pathlib.Path(__file__).parent / "published-nnapi.json").read_text())
    sizes = {"lstm": (2, 4, 4), "lstm2": (2, 4, 4), "lstm3": (5, 20, 16)}
    chosen = [("lstm", 0), ("lstm_state", 0), ("lstm_state2", 0), ("lstm2", 0), ("lstm2_state", 0),
              ("lstm2_state2", 0), ("lstm3", 0), ("lstm3_state", 1), ("lstm3_state2", 0)]
    words = {"input": "input", "forget": "forget", "cell": "candidate", "output": "output"}
    for name, row in chosen:
        family = name.split("_")[0]
        inputs, hidden, fed = sizes[family]
        given, step = data["weights"][family], data["steps"][name]
        weights = {}
        for word, gate in words.items():
            if f"input_to_{word}_weights" not in given:
                continue
            part = {"inputWeights": rows(given[f"input_to_{word}_weights"], inputs),
                    "hiddenWeights": rows(given[f"recurrent_to_{word}_weights"], fed),
                    "bias": given[f"{word}_gate_bias"]}
            if word != "cell" and f"cell_to_{word}_weights" in given:
                part["peephole"] = given[f"cell_to_{word}_weights"]
            weights[gate] = part
        if "projection_weights" in given:
            weights["projection"] = rows(given["projection_weights"], hidden)

        def part_of(key, width):
            return rows(step[key], width)[row] if key in step else None

        case = {"weights": weights, "inputs": [part_of("input", inputs)],
                "hidden": part_of("output_state_in", fed) or [0] * fed,
                "cell": part_of("cell_state_in", hidden) or [0] * hidden}
        if family == "lstm2":
            case["variant"] = {"coupled": "input-from-forget"}
        label = name.replace("_", "-") + (f"-row-{row}" if family == "lstm3" else "")
        test = name + (f", batch row {row}" if family == "lstm3" else "")
        output = part_of("output", fed)
        yield golden.finished(
            "nnapi-" + label,
            source(data["repository"], data["commit"], f"{data['folder']}/{name}.mod.py", test),
            "float", 2e-6, case, [output], output, part_of("cell_state_out", hidden))  # six digits are printed


# ----------------------------------------------------------------- ONNX Runtime

ORT_W = [[-0.494659, 0.0453352], [-0.487793, 0.417264], [-0.0175329, 0.489074], [-0.446013, 0.414029],
         [-0.0091708, -0.255364], [-0.106952, -0.266717], [-0.0888852, -0.428709], [-0.283349, 0.208792]]
ORT_R = [[0.146626, -0.0620289], [-0.0815302, 0.100482], [-0.219535, -0.306635], [-0.28515, -0.314112],
         [-0.228172, 0.405972], [0.31576, 0.281487], [-0.394864, 0.42111], [-0.386624, -0.390225]]
ORT_P = [0.2345, 0.5235, 0.4378, 0.3475, 0.8927, 0.3456]
ORT_B = [0.381619, 0.0323954, -0.14449, 0.420804, -0.258721, 0.45056, -0.250755, 0.0967895]
ORT_X = [[-0.455351, -0.276391], [-0.185934, -0.269585]]
TANH_SIGMOID_TANH = {"activations": {"input": "tanh", "forget": "tanh", "candidate": "sigmoid",
                                     "output": "tanh", "cell": "tanh"}}

# name, test, bias, peepholes, variant, inputs, h, c, Y, Y_c, tolerance
ORT_TESTS = [
    ("forward-peephole", "ForwardPeepHole", True, True, None, ORT_X, None, None,
     [[-0.0251062475, 0.0561261699], [-0.03277518, 0.05935364]], [-0.0780206, 0.098829], 1e-6),
    ("forward-no-bias-peepholes", "ForwardNoBiasUsePeepholes", False, True, None, ORT_X, None, None,
     [[0.04154162, 0.01969122], [0.05298181, 0.0030589]], [0.11169686, 0.00625722], 1e-6),
    ("forward-input-forget", "ForwardInputForget", True, True, {"coupled": "forget-from-input", "clip": 999},
     ORT_X, None, None, [[-0.02510626, 0.05612619], [-0.0314321, 0.05087372]], [-0.07474898, 0.08480116], 1e-6),
    ("forward-clip", "ForwardClip", True, True, {"clip": 0.1}, ORT_X, None, None,
     [[-0.02280854, 0.02744377], [-0.03516197, 0.03875681]], [-0.07415761, 0.07395997], 1e-6),
    ("forward-hidden-state", "ForwardHiddenState", True, False, None, ORT_X, [0.34, 0.72], None,
     [[0.01797521, -0.07104912], [-0.03174796, -0.0152949]], [-0.07285583, -0.02545788], 1e-6),
    ("forward-cell-state", "ForwardCellState", True, False, None, ORT_X, [0.34, 0.72], [0.63, 0.21],
     [[0.12797015, 0.0097284], [0.02716939, 0.01842997]], [0.06408449, 0.03139432], 1e-6),
    ("activation", "Activation", True, False, TANH_SIGMOID_TANH, ORT_X, None, None,
     [[-0.0660155, 0.0351227], [-0.04236888, 0.0177365]], [0.1624992, 0.04672481], 1e-6),
    ("batch-reallocation-row-0", "BatchReallocation, N = 3, row 0", True, False, TANH_SIGMOID_TANH,
     [[-0.455351, -0.476391], [-0.185934, -0.869585]], None, None,
     [[-0.090715, 0.011908], [-0.10545, -0.01573]], [0.21381, -0.096022], 1e-5),
    ("batch-reallocation-row-2", "BatchReallocation, N = 3, row 2", True, False, TANH_SIGMOID_TANH,
     [[-0.655351, -0.276391], [-0.385934, -0.669585]], None, None,
     [[-0.073643, 0.068889], [-0.10559, 0.015734]], [0.24572, 0.051626], 1e-5),
    ("shorter-in-middle-row-0", "ShorterSeqInMiddle, forward direction, row 0", True, False, None,
     [[-0.455351, -0.776391], [-0.185934, -0.169585]], None, None,
     [[0.02907280, 0.01765226], [-0.02912546, 0.04120104]], [-0.06609819, 0.06838701], 1e-6),
    ("shorter-in-middle-row-2", "ShorterSeqInMiddle, forward direction, row 2", True, False, None,
     [[0.348763, 0.678345], [0.078053, 0.163457]], None, None,
     [[-0.15355367, 0.04701351], [-0.12768818, 0.07457943]], [-0.26768601, 0.12119407], 1e-6),
]


def onnxruntime():
    for name, test, bias, peepholes, variant, inputs, h, c, y, y_c, tolerance in ORT_TESTS:
        case = {"weights": blocks("iofg", ORT_W, ORT_R, ORT_B if bias else None,
                                  p=ORT_P if peepholes else None, peephole_order="iof"),
                "variant": variant, "inputs": inputs, "hidden": h or [0, 0], "cell": c or [0, 0]}
        yield golden.finished(
            "ort-test-" + name,
            source("microsoft/onnxruntime", "00ca168922183eeb0c1e0f93c04f2f707087f86d",
                   "onnxruntime/test/providers/cpu/rnn/deep_cpu_lstm_op_test.cc", "ONNXRuntime_TestLSTM" + test),
            "float", tolerance, case, y, y[-1], y_c)


# --------------------------------------------------------------------- OpenVINO

OV_X = [[0.81342685, 0.84108883, 0.8152282], [0.46893653, 0.0901856, 0.37088776]]
OV_H = [[0.77956, 0.5331557, 0.04297554], [0.7962175, 0.7635707, 0.11989366]]
OV_C = [[0.8488452, 0.18851636, 0.5020695], [0.29716516, 0.06740791, 0.45384037]]
OV_W = [[3.3330739e-01, 3.6229487e-04, 4.6773660e-01], [4.3046016e-01, 7.3950343e-02, 3.8063636e-01],
        [9.6921772e-01, 9.6897459e-01, 6.2964785e-01], [3.1134409e-01, 8.4709978e-01, 9.4928098e-01],
        [6.1676943e-01, 6.6020679e-01, 1.9072217e-01], [8.8032126e-02, 4.0472135e-01, 6.8342745e-01],
        [8.3432144e-01, 4.4928190e-01, 7.9524308e-01], [5.3966165e-01, 8.5936421e-01, 8.3136767e-01],
        [5.5125546e-02, 4.7791195e-01, 3.5788772e-01], [6.7507404e-01, 2.1716513e-01, 2.7473119e-01],
        [3.3999152e-02, 9.6835363e-01, 3.7581277e-01], [2.4026000e-01, 6.7418844e-01, 3.4199652e-01]]
OV_R = [[0.0987983, 0.52032113, 0.5848073], [0.5356095, 0.74497133, 0.73260087],
        [0.1700787, 0.45684233, 0.1495722], [0.42734373, 0.4433832, 0.25906256],
        [0.03854987, 0.47480518, 0.37215272], [0.99890584, 0.74019486, 0.3518967],
        [0.6881257, 0.8170279, 0.54088944], [0.81225616, 0.14619833, 0.42941234],
        [0.86843914, 0.45967972, 0.6237719], [0.11074839, 0.6029616, 0.3149305],
        [0.46504205, 0.5843412, 0.8733427], [0.7687243, 0.07074859, 0.39188156]]
OV_B = [1.07393714, 1.15248052, 1.16671345, 0.21450312, 1.2380678, 1.51688835,
        0.46718366, 0.91810346, 1.1274234, 0.51022074, 1.11389844, 0.74174305]

# name, test, block order in which the printed results hold, bias, variant, row, Ho, Co
OV_TESTS = [
    ("zero-bias-row-0", "lstm_cell_zero_bias_default_attrs, row 0", "iofg", None, None, 0,
     [0.81457126, 0.61109227, 0.769522], [1.4444952, 0.9635685, 1.2875274]),
    ("zero-bias-row-1", "lstm_cell_zero_bias_default_attrs, row 1", "iofg", None, None, 1,
     [0.52239674, 0.4324641, 0.63183], [0.8053419, 0.7184521, 0.95803297]),
    ("bias-row-0", "lstm_cell_bias_default_attrs, row 0, blocks f, i, c, o", "figo", OV_B, None, 0,
     [0.81014400720596313, 0.76665538549423218, 0.82509011030197144],
     [1.6800162792205811, 1.1150213479995728, 1.4578367471694946]),
    ("bias-row-1", "lstm_cell_bias_default_attrs, row 1, blocks f, i, c, o", "figo", OV_B, None, 1,
     [0.6479143500328064, 0.66586339473724365, 0.74838578701019287],
     [1.0649888515472412, 0.93761754035949707, 1.3659683465957642]),
    ("bias-clip-row-0", "lstm_cell_bias_clip, row 0", "figo", OV_B, {"clip": 3.5}, 0,
     [0.81014400720596313, 0.76665538549423218, 0.82387429475784302],
     [1.6800162792205811, 1.1150213479995728, 1.4510968923568726]),
]


def openvino():
    for name, test, order, bias, variant, row, h, c in OV_TESTS:
        case = {"weights": blocks(order, OV_W, OV_R, bias), "variant": variant,
                "inputs": [OV_X[row]], "hidden": OV_H[row], "cell": OV_C[row]}
        yield golden.finished(
            "openvino-" + name,
            source("openvinotoolkit/openvino", "0c646368bb8f59ca6458685c2898f35bdbf88109",
                   "src/plugins/template/tests/functional/op_reference/lstm_cell.cpp", test),
            "float", 1e-6, case, [h], h, c)


# ------------------------------------------------------- candle and PyTorch's C++

def single(value):
    """The shortest decimal of the value in float32."""
    return float(str(np.float32(value)))


def candle():
    bias = [-1.0, 1.0, -0.5, 2.0] * 3
    case = {"weights": blocks("ifgo",
                              rows([single(math.cos(k)) for k in range(24)], 2),
                              rows([single(math.sin(k)) for k in range(36)], 3),
                              bias, [single(math.cos(v)) for v in bias]),
            "inputs": [[v, v / 2] for v in (3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0)],
            "hidden": [0, 0, 0], "cell": [0, 0, 0]}
    yield golden.finished(
        "candle-seven-steps",
        source("huggingface/candle", "2a13b0f3ff62f7e67013597f2996f764c5735e21", "candle-nn/tests/rnn.rs", "lstm"),
        "float", 1e-4, case, None, [0.9919, 0.1738, -0.1451], [5.725, 0.4458, -0.2908])


PYTORCH_Y = [[[0.4391, 0.5402], [0.4330, 0.5324], [0.4261, 0.5239], [0.4183, 0.5147]],
             [[0.6822, 0.8064], [0.6726, 0.7968], [0.6620, 0.7860], [0.6501, 0.7741]],
             [[0.7889, 0.9003], [0.7769, 0.8905], [0.7635, 0.8794], [0.7484, 0.8666]]]
PYTORCH_C = [[1.1647, 1.6106], [1.1425, 1.5726], [1.1187, 1.5329], [1.0931, 1.4911]]


def pytorch():
    ramp = rows([k / 16 for k in range(16)], 2)
    bias = [k / 8 for k in range(8)]
    x = [single((24 - k) / 24) for k in range(24)]
    for row in range(4):
        case = {"weights": blocks("ifgo", ramp, ramp, bias, bias),
                "inputs": [x[8 * t + 2 * row:8 * t + 2 * row + 2] for t in range(3)],
                "hidden": [0, 0], "cell": [0, 0]}
        y = [step[row] for step in PYTORCH_Y]
        yield golden.finished(
            f"pytorch-cpp-row-{row}",
            source("pytorch/pytorch", "8845674172043e13648b6f1689eb85848706c421", "test/cpp/api/rnn.cpp",
                   f"RNNTest CheckOutputValuesMatchPyTorch, row {row}"),
            "float", 1e-4, case, y, y[-1], PYTORCH_C[row])


def make():
    cases = [case for part in (nnapi, onnxruntime, openvino, candle, pytorch) for case in part()]
    golden.write(FILE, {"script": "Scripts/goldens/make_published.py", "date": golden.DATE,
                        "versions": {"numpy": np.__version__}, "seed": 0}, cases)


golden.main(FILE, make)
