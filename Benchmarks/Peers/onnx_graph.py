"""A case as an ONNX model: one LSTM node a layer, the states to start from as inputs."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper


def onnx_order(array):
    """Blocks of gates in PyTorch's order (input, forget, candidate, output) in ONNX's (input,
    output, forget, candidate)."""
    i, f, g, o = np.split(array, 4)
    return np.concatenate([i, o, f, g])


def model(case, steps):
    """The bytes of a model with inputs input [T, B, I], hidden and cell [L·D, B, H] and outputs
    output [T, B, D·H], new_hidden and new_cell [L·D, B, H]."""
    B, H, L, D = case.batch, case.hidden_size, case.layers, case.directions
    nodes, constants = [], []

    def constant(name, array):
        constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(kind, inputs, outputs, **attributes):
        nodes.append(helper.make_node(kind, inputs, outputs, **attributes))
        return outputs[0]

    if L > 1:
        splits = constant("splits", np.full(L, D, np.int64))
        node("Split", ["hidden", splits], [f"hidden_{l}" for l in range(L)], axis=0)
        node("Split", ["cell", splits], [f"cell_{l}" for l in range(L)], axis=0)
    below = "input"
    for l in range(L):
        parts = [case.weights(l, d) for d in range(D)]
        W = constant(f"W_{l}", np.stack([onnx_order(p[0]) for p in parts]))
        R = constant(f"R_{l}", np.stack([onnx_order(p[1]) for p in parts]))
        biases = [np.concatenate([onnx_order(p[2]), onnx_order(p[3])]) for p in parts]
        bias = constant(f"B_{l}", np.stack(biases))
        states = [f"hidden_{l}", f"cell_{l}"] if L > 1 else ["hidden", "cell"]
        names = ["new_hidden", "new_cell"] if L == 1 else [f"new_hidden_{l}", f"new_cell_{l}"]
        node(
            "LSTM", [below, W, R, bias, ""] + states, [f"Y_{l}"] + names, hidden_size=H,
            direction="bidirectional" if D == 2 else "forward")
        # Y is [T, D, B, H]; the next layer reads [T, B, D·H].
        above = "output" if l == L - 1 else f"output_{l}"
        if D == 1:
            axis = constant(f"axis_{l}", np.array([1], np.int64))
            below = node("Squeeze", [f"Y_{l}", axis], [above])
        else:
            turned = node("Transpose", [f"Y_{l}"], [f"turned_{l}"], perm=[0, 2, 1, 3])
            shape = constant(f"shape_{l}", np.array([steps, B, D * H], np.int64))
            below = node("Reshape", [turned, shape], [above])
    if L > 1:
        for part in ("hidden", "cell"):
            node("Concat", [f"new_{part}_{l}" for l in range(L)], [f"new_{part}"], axis=0)

    def value(name, *shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    states = [(L * D, B, H)] * 2
    graph = helper.make_graph(
        nodes, "lstm",
        [value("input", steps, B, H)] + [value(n, *s) for n, s in zip(("hidden", "cell"), states)],
        [value("output", steps, B, D * H)]
        + [value(n, *s) for n, s in zip(("new_hidden", "new_cell"), states)],
        constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString()


# The outputs of the model under the benchmark's names.
OUTPUTS = {"output": "output", "new_hidden": "hidden", "new_cell": "cell"}
