"""Goldens from PyTorch in float64: nn.LSTMCell and nn.LSTM (with proj_size), one batch row."""

import numpy as np
import torch

import golden

FILE = "pytorch.json"
SEED = 1000
ORDER = ("input", "forget", "candidate", "output")


def stacked(case, key):
    return torch.tensor(np.concatenate([case["weights"][g][key] for g in ORDER]), dtype=torch.float64)


def fill(case, module, suffix=""):
    with torch.no_grad():
        getattr(module, "weight_ih" + suffix).copy_(stacked(case, "inputWeights"))
        getattr(module, "weight_hh" + suffix).copy_(stacked(case, "hiddenWeights"))
        if module.bias:
            getattr(module, "bias_ih" + suffix).copy_(stacked(case, "bias"))
            second = getattr(module, "bias_hh" + suffix)
            if "recurrentBias" in case["weights"]["input"]:
                second.copy_(stacked(case, "recurrentBias"))
            else:
                second.zero_()
        if "projection" in case["weights"]:
            getattr(module, "weight_hr" + suffix).copy_(torch.tensor(case["weights"]["projection"]))


@torch.no_grad()
def cell(case):
    part = case["weights"]["input"]
    hidden, inputs = part["inputWeights"].shape
    module = torch.nn.LSTMCell(inputs, hidden, bias="bias" in part, dtype=torch.float64)
    fill(case, module)
    h, c = torch.tensor(case["hidden"]), torch.tensor(case["cell"])
    outputs = []
    for x in case["inputs"]:
        h, c = module(torch.tensor(x), (h, c))
        outputs.append(h.numpy())
    return np.array(outputs), h.numpy(), c.numpy()


@torch.no_grad()
def layer(case):
    part = case["weights"]["input"]
    hidden, inputs = part["inputWeights"].shape
    size = len(case["weights"]["projection"]) if "projection" in case["weights"] else 0
    module = torch.nn.LSTM(inputs, hidden, bias="bias" in part, proj_size=size, dtype=torch.float64)
    fill(case, module, "_l0")
    y, (h, c) = module(torch.tensor(case["inputs"])[:, None],
                       (torch.tensor(case["hidden"])[None, None], torch.tensor(case["cell"])[None, None]))
    return y[:, 0].numpy(), h[0, 0].numpy(), c[0, 0].numpy()


# name, module, sizes and options
PLAN = [
    ("cell-no-bias", cell, dict(inputs=3, hidden=4, biases=0)),
    ("cell-no-bias-zero-state", cell, dict(inputs=3, hidden=4, biases=0, states=False)),
    ("cell-one-bias", cell, dict(inputs=3, hidden=4, biases=1)),
    ("cell-two-biases", cell, dict(inputs=3, hidden=4, biases=2)),
    ("cell-two-biases-zero-state", cell, dict(inputs=3, hidden=4, biases=2, states=False)),
    ("cell-one-unit", cell, dict(inputs=1, hidden=1, biases=2)),
    ("cell-more-inputs-than-units", cell, dict(inputs=5, hidden=2, biases=2)),
    ("cell-odd-sizes", cell, dict(inputs=7, hidden=9, biases=2, scale=0.5)),
    ("cell-three-steps", cell, dict(inputs=3, hidden=4, biases=2, steps=3)),
    ("cell-large-inputs", cell, dict(inputs=2, hidden=4, biases=2, steps=2)),
    ("layer-no-bias", layer, dict(inputs=3, hidden=4, biases=0, steps=3)),
    ("layer-one-bias", layer, dict(inputs=3, hidden=4, biases=1, steps=3)),
    ("layer-two-biases", layer, dict(inputs=3, hidden=4, biases=2, steps=3)),
    ("layer-two-biases-zero-state", layer, dict(inputs=3, hidden=4, biases=2, steps=3, states=False)),
    ("layer-equal-sizes", layer, dict(inputs=3, hidden=3, biases=2, steps=2)),
    ("layer-six-steps", layer, dict(inputs=2, hidden=5, biases=2, steps=6, scale=0.7)),
    ("projection-no-bias", layer, dict(inputs=3, hidden=4, projection=2, biases=0)),
    ("projection-one-bias", layer, dict(inputs=3, hidden=4, projection=2, biases=1, steps=2)),
    ("projection-two-biases", layer, dict(inputs=3, hidden=4, projection=2, biases=2)),
    ("projection-two-biases-three-steps", layer, dict(inputs=3, hidden=4, projection=2, biases=2, steps=3)),
    ("projection-two-biases-zero-state", layer,
     dict(inputs=3, hidden=4, projection=2, biases=2, steps=3, states=False)),
    ("projection-to-one", layer, dict(inputs=2, hidden=3, projection=1, biases=2, steps=2)),
    ("projection-by-one-less", layer, dict(inputs=2, hidden=4, projection=3, biases=2, steps=2)),
    ("projection-as-wide-as-inputs", layer, dict(inputs=3, hidden=5, projection=3, biases=2, steps=2)),
]


def make():
    torch.set_num_threads(1)
    cases = []
    for k, (name, module, options) in enumerate(PLAN):
        case = golden.search(SEED + 100 * k, lambda s: golden.random_case(s, "double", **options))
        if name == "cell-large-inputs":
            case["inputs"] = np.array([[600.0, -900.0], [-20.0, 35.0]])
        how = {cell: "nn.LSTMCell", layer: "nn.LSTM"}[module] + ", float64"
        if options["biases"] == 1:
            how += ", bias_hh all zero"
        outputs, h, c = module(case)
        cases.append(golden.finished("pytorch-" + name, {"framework": "PyTorch", "how": how},
                                     "double", 1e-12, case, outputs, h, c))
    golden.write(FILE, {"script": "Scripts/goldens/make_pytorch.py", "date": golden.DATE,
                        "versions": {"torch": torch.__version__, "numpy": np.__version__}, "seed": SEED}, cases)


golden.main(FILE, make)
