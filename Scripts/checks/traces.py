"""Every array of `lstm trace` against one recorded in Python from the framework's own weights.

    swift build -c release --product lstm
    python Scripts/checks/traces.py --lstm .build/release/lstm

Models of PyTorch (stacked, bidirectional, projected), ONNX (ragged batches, peepholes, both directions) and Keras
(stacked, bidirectional, masked) are drawn at random and led through the few lines of NumPy below in float64. An
array of the trace passes where no number is further from it than 3e-6 of the largest of its kind (single precision).
Needs numpy, and torch, onnx and keras for their models; a framework that is not there is skipped and said so.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

TOLERANCE = 3e-6
GATES = ["forget", "input", "candidate", "output"]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def run_cell(weights, rows, hidden, cell):
    """One direction over the rows of one sequence, in the order in which they stand.

    weights: gate: (W [H, I], U [H, P], b [H], p [H] or None), and "projection": [P, H] or None.
    Returns a list of dictionaries, one a step.
    """
    steps = []
    for x in rows:
        step = {"input": x}
        z = {}
        for gate in GATES:
            W, U, b, p = weights[gate]
            step[f"inputTerm.{gate}"] = W @ x
            step[f"recurrentTerm.{gate}"] = U @ hidden
            z[gate] = W @ x + U @ hidden + b
            if p is not None and gate != "output":
                z[gate] = z[gate] + p * cell
        forget, write, candidate = sigmoid(z["forget"]), sigmoid(z["input"]), np.tanh(z["candidate"])
        step["kept"], step["written"] = forget * cell, write * candidate
        cell = step["kept"] + step["written"]
        if weights["output"][3] is not None:
            z["output"] = z["output"] + weights["output"][3] * cell
        output = sigmoid(z["output"])
        hidden = output * np.tanh(cell)
        if weights["projection"] is not None:
            hidden = weights["projection"] @ hidden
            step["projection"] = hidden
        for gate in GATES:
            step[f"preactivation.{gate}"] = z[gate]
        step.update(
            forgetGate=forget, inputGate=write, candidate=candidate, outputGate=output, cellState=cell,
            squashedCell=np.tanh(cell), hiddenState=hidden,
        )
        steps.append(step)
    return steps


def run_network(layers, x, taken):
    """All layers over a batch [T, B, I]; `taken` has for each sequence the steps that are run.

    layers: a list of {"forward": weights, "reverse": weights or absent}.
    Returns the arrays of a trace by their addresses.
    """
    T, B, _ = x.shape
    arrays = {}

    def put(name, t, b, row):
        array = arrays.setdefault(name, np.zeros((T, B, len(row))))
        array[t, b] = row

    for b in range(B):
        rows = [x[t, b] for t in taken[b]]
        for number, layer in enumerate(layers, 1):
            outputs = {}
            for direction, weights in layer.items():
                order = list(range(len(rows)))
                if direction == "reverse":
                    order.reverse()
                P = weights["forget"][1].shape[1]
                H = len(weights["forget"][2])
                steps = run_cell(weights, [rows[k] for k in order], np.zeros(P), np.zeros(H))
                outputs[direction] = [None] * len(rows)
                for k, step in zip(order, steps):
                    outputs[direction][k] = step["hiddenState"]
                    for quantity, row in step.items():
                        put(f"layer{number}.{direction}.{quantity}", taken[b][k], b, row)
            rows = [np.concatenate(parts) for parts in zip(*outputs.values())]
    return arrays


def split(matrix, order):
    return dict(zip(order, np.split(np.asarray(matrix, dtype=np.float64), 4)))


def pytorch(rng, folder):
    import torch

    layers, both, projection = int(rng.integers(1, 4)), bool(rng.integers(2)), int(rng.integers(0, 3))
    I, H = int(rng.integers(1, 6)), int(rng.integers(3, 20))
    torch.manual_seed(int(rng.integers(1 << 30)))
    lstm = torch.nn.LSTM(I, H, num_layers=layers, bidirectional=both, proj_size=projection)
    torch.save(lstm.state_dict(), folder / "model.pt")
    order = ["input", "forget", "candidate", "output"]
    network = []
    for layer in range(layers):
        cells = {}
        for direction, suffix in [("forward", ""), ("reverse", "_reverse")][: 1 + both]:
            def get(name):
                return getattr(lstm, f"{name}_l{layer}{suffix}").detach().double().numpy()
            W, U = split(get("weight_ih"), order), split(get("weight_hh"), order)
            b = split(get("bias_ih") + get("bias_hh"), order)
            cells[direction] = {g: (W[g], U[g], b[g], None) for g in GATES}
            cells[direction]["projection"] = get("weight_hr") if projection else None
        network.append(cells)
    T, B = int(rng.integers(1, 12)), int(rng.integers(1, 4))
    x = rng.standard_normal((T, B, I)).astype(np.float32)
    np.save(folder / "input.npy", x)
    # What the framework itself gives, so that the NumPy above is no claim of ours alone.
    theirs = lstm(torch.tensor(x))[0].detach().numpy()
    words = f"{layers} layers, {'both directions' if both else 'forward'}, projection {projection}"
    return "model.pt", "input.npy", network, x, [list(range(T))] * B, theirs, [], words


def onnx(rng, folder):
    from onnx import TensorProto, helper, numpy_helper, save

    kind = ["forward", "reverse", "bidirectional"][int(rng.integers(3))]
    D, I, H = 1 + (kind == "bidirectional"), int(rng.integers(1, 6)), int(rng.integers(2, 20))
    T, B = int(rng.integers(2, 10)), int(rng.integers(1, 4))
    W, R, bias = (rng.uniform(-0.6, 0.6, shape).astype(np.float32) for shape in [(D, 4 * H, I), (D, 4 * H, H), (D, 8 * H)])
    peepholes = rng.uniform(-0.6, 0.6, (D, 3 * H)).astype(np.float32) if rng.integers(2) else None
    lengths = rng.integers(1, T + 1, B).astype(np.int32)
    tensors = [numpy_helper.from_array(array, name) for name, array in
               [("W", W), ("R", R), ("B", bias), ("lengths", lengths)] + ([("P", peepholes)] if peepholes is not None else [])]
    names = ["X", "W", "R", "B", "lengths"] + (["", "", "P"] if peepholes is not None else [])
    node = helper.make_node("LSTM", names, ["Y"], hidden_size=H, direction=kind)
    graph = helper.make_graph(
        [node], "traced", [helper.make_tensor_value_info("X", TensorProto.FLOAT, [T, B, I])],
        [helper.make_tensor_value_info("Y", TensorProto.FLOAT, [T, D, B, H])], tensors)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 14)], ir_version=8), folder / "model.onnx")
    order = ["input", "output", "forget", "candidate"]
    cells = {}
    for d, direction in enumerate({"forward": ["forward"], "reverse": ["reverse"]}.get(kind, ["forward", "reverse"])):
        w, r = split(W[d], order), split(R[d], order)
        b = split(bias[d][: 4 * H].astype(np.float64) + bias[d][4 * H:], order)
        p = dict(zip(["input", "output", "forget"], np.split(peepholes[d].astype(np.float64), 3))) if peepholes is not None else {}
        cells[direction] = {g: (w[g], r[g], b[g], p.get(g)) for g in GATES}
        cells[direction]["projection"] = None
    x = rng.standard_normal((T, B, I)).astype(np.float32)
    np.save(folder / "input.npy", x)
    words = f"{kind}, {'peepholes, ' if peepholes is not None else ''}lengths {list(map(int, lengths))}"
    return "model.onnx", "input.npy", [cells], x, [list(range(n)) for n in lengths], None, [], words


def keras(rng, folder):
    import os

    os.environ.setdefault("KERAS_BACKEND", "torch")
    from keras import Sequential, layers

    both, count, masked = bool(rng.integers(2)), int(rng.integers(1, 3)), bool(rng.integers(2))
    I, H = int(rng.integers(1, 5)), int(rng.integers(2, 16))
    T, B = int(rng.integers(2, 9)), int(rng.integers(1, 4))
    model = Sequential([layers.Input((T, I))] + ([layers.Masking(0.0)] if masked else []))
    made = []
    for _ in range(count):
        lstm = layers.LSTM(H, return_sequences=True)
        made.append(layers.Bidirectional(lstm) if both else lstm)
        model.add(made[-1])
    model.save(folder / "model.keras")
    order = ["input", "forget", "candidate", "output"]
    network = []
    for layer in made:
        weights = [np.asarray(w, dtype=np.float64) for w in layer.get_weights()]
        cells = {}
        for d, direction in enumerate(["forward", "reverse"][: 1 + both]):
            kernel, recurrent, bias = weights[3 * d: 3 * d + 3]
            W, U, b = split(kernel.T, order), split(recurrent.T, order), split(bias, order)
            cells[direction] = {g: (W[g], U[g], b[g], None) for g in GATES}
            cells[direction]["projection"] = None
        network.append(cells)
    x = rng.standard_normal((T, B, I)).astype(np.float32)
    if masked:
        x[rng.random((T, B)) < 0.3] = 0
    np.save(folder / "input.npy", x)
    taken = [[t for t in range(T) if not masked or x[t, b].any()] for b in range(B)]
    theirs = None
    if not masked:
        theirs = np.asarray(model.predict(x.swapaxes(0, 1), verbose=0)).swapaxes(0, 1)
    words = f"{count} layers, {'both directions' if both else 'forward'}{', masked' if masked else ''}"
    return "model.keras", "input.npy", network, x, taken, theirs, [], words


def check(lstm, make, rng):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        model, input_, network, x, taken, theirs, options, words = make(rng, folder)
        expected = run_network(network, x.astype(np.float64), taken)
        quantities = sorted({name.split(".", 2)[2] for name in expected})
        command = [lstm, "trace", folder / model, folder / input_, "--output", folder / "trace.npz", *options,
                   "--record", *quantities]
        outcome = subprocess.run(command, capture_output=True, text=True)
        if outcome.returncode != 0:
            return f"{words}: {outcome.stderr}"
        found = np.load(folder / "trace.npz")
        if sorted(found.files) != sorted(expected):
            return f"{words}: arrays {sorted(set(found.files) ^ set(expected))}"
        for array in found.files:
            distance = np.abs(found[array] - expected[array]).max(initial=0)
            if not distance <= TOLERANCE * max(1, np.abs(expected[array]).max(initial=0)):
                return f"{words}: {array} is {distance:.1e} apart"
        if theirs is not None:
            last = len(network)
            ours = np.concatenate([expected[f"layer{last}.{d}.hiddenState"] for d in network[-1]], axis=2)
            if not np.abs(ours - theirs).max() <= 1e-5:
                return f"{words}: the lines of NumPy differ from the framework itself"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    failures = 0
    for make in [pytorch, onnx, keras]:
        rng = np.random.default_rng([options.seed, len(make.__name__)])
        done = 0
        try:
            for _ in range(options.count):
                fault = check(options.lstm, make, rng)
                done += 1
                if fault:
                    failures += 1
                    print(f"{make.__name__}: {fault}")
        except ImportError as error:
            print(f"{make.__name__}: left out, {error}")
            continue
        print(f"{make.__name__}: {done} models")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
