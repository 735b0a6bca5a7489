"""Goldens from ONNX Runtime (CPU, float32): single-node LSTM models, one direction, one batch row."""

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

import golden

FILE = "onnxruntime.json"
SEED = 200000
OPSET = 14
ORDER = ("input", "output", "forget", "candidate")
PEEPHOLE_ORDER = ("input", "output", "forget")
ONNX_NAMES = {"sigmoid": "Sigmoid", "tanh": "Tanh", "relu": "Relu", "affine": "Affine",
              "leaky-relu": "LeakyRelu", "thresholded-relu": "ThresholdedRelu", "scaled-tanh": "ScaledTanh",
              "hard-sigmoid": "HardSigmoid", "elu": "Elu", "softsign": "Softsign", "softplus": "Softplus"}


def tensors(case):
    weights = case["weights"]
    hidden = len(weights["input"]["inputWeights"])

    def stack(key, order):
        return np.concatenate([weights[g][key] for g in order]).astype(np.float32)[None]

    found = {"W": stack("inputWeights", ORDER), "R": stack("hiddenWeights", ORDER)}
    if "bias" in weights["input"]:
        zero = np.zeros(hidden)
        found["B"] = np.concatenate([weights[g].get(key, zero) for key in ("bias", "recurrentBias")
                                     for g in ORDER]).astype(np.float32)[None]
    if "peephole" in weights["input"]:
        found["P"] = stack("peephole", PEEPHOLE_ORDER)
    for key, name in (("hidden", "h"), ("cell", "c")):
        if np.any(case[key]):
            found[name] = np.array(case[key], dtype=np.float32)[None, None]
    return found


def attributes(case, told=True):
    """The node's attributes; `told` false leaves every alpha and beta out, a list gives the alphas."""
    variant = case.get("variant") or {}
    found = {"hidden_size": len(case["weights"]["input"]["inputWeights"])}
    if "clip" in variant:
        found["clip"] = variant["clip"]
    if variant.get("coupled") == "forget-from-input":
        found["input_forget"] = 1
    if "activations" in variant:
        names = {**golden.DEFAULT_ACTIVATIONS, **variant["activations"]}
        used = [names[g].split(":") for g in ("forget", "candidate", "cell")]
        found["activations"] = [ONNX_NAMES[u[0]] for u in used]
        alphas = [float(u[1]) for u in used if len(u) > 1]
        betas = [float(u[2]) for u in used if len(u) > 2]
        if isinstance(told, list):
            found["activation_alpha"] = told
        elif told:
            if alphas:
                found["activation_alpha"] = alphas
            if betas:
                found["activation_beta"] = betas
    return found


def compute(case, told=True):
    given = tensors(case)
    size = len(case["weights"]["input"]["inputWeights"])
    x = np.array(case["inputs"], dtype=np.float32)[:, None]
    names = ["X", "W", "R"] + [n if n in given else "" for n in ("B", "lengths", "h", "c", "P")]
    while not names[-1]:
        names.pop()
    node = helper.make_node("LSTM", names, ["Y", "Y_h", "Y_c"], **attributes(case, told))
    shapes = {"Y": [len(x), 1, 1, size], "Y_h": [1, 1, size], "Y_c": [1, 1, size]}
    graph = helper.make_graph(
        [node], "lstm", [helper.make_tensor_value_info("X", TensorProto.FLOAT, list(x.shape))],
        [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in shapes.items()],
        [numpy_helper.from_array(v, n) for n, v in given.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8)
    onnx.checker.check_model(model)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    y, h, c = session.run(None, {"X": x})
    return y[:, 0, 0], h[0, 0], c[0, 0]


def exact(case):
    """Every number of the case must be the same in float32 and float64."""
    for part in golden.plain(case["weights"]).values():
        for values in part.values() if isinstance(part, dict) else [part]:
            values = np.array(values)
            assert (values.astype(np.float32) == values).all()


def coupled_ignores_forget(case, outputs):
    """With input_forget the forget gate's W, R, B and P must not matter."""
    other = {**case, "weights": {**case["weights"]}}
    other["weights"]["forget"] = {k: 3 - np.array(v) for k, v in case["weights"]["forget"].items()}
    assert (compute(other)[0] == outputs).all()


def gates(name):
    return {"input": name, "forget": name, "output": name}


def activations(f=None, g=None, h=None):
    found = gates(f) if f else {}
    if g:
        found["candidate"] = g
    if h:
        found["cell"] = h
    return {"activations": found}


COUPLED = {"coupled": "forget-from-input"}
BASE = dict(inputs=3, hidden=4)
PLAN = [
    ("no-bias", dict(biases=0)),
    ("no-bias-zero-state", dict(biases=0, states=False)),
    ("one-bias", dict(biases=1)),
    ("two-biases", dict(biases=2)),
    ("two-biases-three-steps", dict(biases=2, steps=3)),
    ("more-inputs-than-units", dict(inputs=5, hidden=2, biases=2, steps=2)),
    ("odd-sizes", dict(inputs=7, hidden=9, biases=1, scale=0.5)),
    ("peepholes-no-bias", dict(biases=0, peepholes=True)),
    ("peepholes-one-bias", dict(biases=1, peepholes=True)),
    ("peepholes-two-biases-three-steps", dict(biases=2, peepholes=True, steps=3)),
    ("peepholes-zero-state", dict(biases=1, peepholes=True, steps=2, states=False)),
    ("coupled-no-bias", dict(biases=0, variant=COUPLED)),
    ("coupled-two-biases-three-steps", dict(biases=2, steps=3, variant=COUPLED)),
    ("coupled-peepholes", dict(biases=1, peepholes=True, steps=2, variant=COUPLED)),
    ("clip-no-bias", dict(biases=0, variant={"clip": 0.5})),
    ("clip-one-bias", dict(biases=1, variant={"clip": 0.625})),
    ("clip-two-biases-three-steps", dict(biases=2, steps=3, variant={"clip": 0.75})),
    ("clip-peepholes-no-bias", dict(biases=0, peepholes=True, steps=2, variant={"clip": 0.5})),
    ("clip-peepholes-two-biases", dict(biases=2, peepholes=True, steps=2, variant={"clip": 0.625})),
    ("clip-coupled", dict(biases=2, steps=2, variant={**COUPLED, "clip": 0.625})),
    ("clip-coupled-peepholes", dict(biases=1, peepholes=True, steps=2, variant={**COUPLED, "clip": 0.5})),
]

SWEEP = ["sigmoid", "tanh", "relu", "affine:0.5:0.25", "leaky-relu:0.125", "thresholded-relu:0.375",
         "scaled-tanh:1.25:0.75", "hard-sigmoid:0.5:0.375", "elu:0.75", "softsign", "softplus"]
for place in ("f", "g", "h"):
    for name in SWEEP:
        if name != ("sigmoid" if place == "f" else "tanh"):
            where = {"f": "gates", "g": "candidate", "h": "cell"}[place]
            PLAN.append((f"{where}-{name.split(':')[0]}",
                         dict(biases=1, steps=2, variant=activations(**{place: name}))))

PLAN += [
    ("mix-hard-sigmoid-leaky-relu-affine",
     dict(biases=2, steps=2, variant=activations("hard-sigmoid:0.5:0.375", "leaky-relu:0.25", "affine:0.75:-0.125"))),
    ("mix-three-alphas-two-betas",
     dict(biases=1, steps=2, variant=activations("affine:0.25:0.5", "elu:0.5", "scaled-tanh:1.5:0.5"))),
    ("mix-alphas-around-tanh",
     dict(biases=1, steps=2, variant=activations("hard-sigmoid:0.75:0.5", "tanh", "leaky-relu:0.375"))),
    ("mix-peepholes", dict(biases=2, peepholes=True, steps=3,
                           variant=activations("hard-sigmoid:0.5:0.5", "softsign", "elu:1.25"))),
    ("mix-peepholes-coupled", dict(biases=1, peepholes=True, steps=2,
                                   variant={**COUPLED, **activations("hard-sigmoid:0.5:0.5", "softsign", "softplus")})),
    ("mix-clip", dict(biases=1, steps=2,
                      variant={"clip": 0.75, **activations("hard-sigmoid:0.75:0.5", "leaky-relu:0.25", "softsign")})),
    ("mix-everything", dict(biases=2, peepholes=True, steps=3,
                            variant={**COUPLED, "clip": 0.75,
                                     **activations("hard-sigmoid:0.75:0.375", "scaled-tanh:1.25:0.75", "elu:0.5")})),
]

# alpha and beta left out of the node: the numbers are what ONNX Runtime then uses
OMITTED = [
    ("omitted-gates-hard-sigmoid", dict(scale=1.6, variant=activations("hard-sigmoid:0.2:0.5")), False),
    ("omitted-candidate-leaky-relu", dict(variant=activations(g="leaky-relu:0.01")), False),
    ("omitted-cell-elu", dict(variant=activations(h="elu:1")), False),
    ("omitted-candidate-thresholded-relu", dict(variant=activations(g="thresholded-relu:0")), False),
    ("omitted-all-three", dict(scale=1.6, variant=activations("hard-sigmoid:0.2:0.5", "elu:1", "leaky-relu:0.01")), False),
    ("omitted-second-alpha", dict(variant=activations("leaky-relu:0.25", "elu:1", "tanh")), [0.25]),
]


def wanted(case):
    hard = "hard-sigmoid:0.2:0.5" in str(case.get("variant"))
    return reach(case) if hard else golden.margins(case)


def reach(case):
    """For corners at -2.5 and 2.5: some value beyond each, over the three gates together."""
    _, _, _, trace = golden.run(case)
    values = np.concatenate([v for g in ("input", "forget", "output") for v in trace[g]])
    near = np.abs(np.abs(values) - 2.5)
    states = np.concatenate(trace["cell"])
    return (values > 2.55).any() and (values < -2.55).any() and (np.abs(values) < 2.4).sum() > 6 \
        and near.min() > 0.01 and np.abs(values).max() < 5 and states.min() < -0.1 and states.max() > 0.1


def make():
    cases = []
    plan = [(n, o, True) for n, o in PLAN] + [(n, dict(biases=1, steps=2, **o), t) for n, o, t in OMITTED]
    for k, (name, options, told) in enumerate(plan):
        options = {**BASE, **options}
        case = golden.search(SEED + 1000 * k, lambda s: golden.random_case(s, "float", **options), wanted)
        exact(case)
        outputs, h, c = compute(case, told)
        how = f"LSTM node, opset {OPSET}, CPU, float32"
        if options["biases"] == 1:
            how += ", recurrence bias all zero"
        if told is not True:
            how += ", alpha and beta left out" if told is False else ", only the first alpha given"
        if (case.get("variant") or {}).get("coupled"):
            coupled_ignores_forget(case, outputs)
            how += ", input_forget 1 (the unused forget parameters are not listed)"
        cases.append(golden.finished("ort-" + name, {"framework": "ONNX Runtime", "how": how},
                                     "float", 1e-6, case, outputs, h, c))
    golden.write(FILE, {"script": "Scripts/goldens/make_onnxruntime.py", "date": golden.DATE,
                        "versions": {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__,
                                     "numpy": np.__version__}, "seed": SEED}, cases)


golden.main(FILE, make)
