"""NumPy: the equations as one would write them, with the input half of all steps as one matrix
product (OpenBLAS) and the gates' weights side by side."""

import worker

worker.arguments()

import numpy as np


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


class Cell:
    """One direction of one layer, its weights transposed once."""

    def __init__(self, weight_ih, weight_hh, bias_ih, bias_hh):
        self.W = np.ascontiguousarray(weight_ih.T)  # [I, 4H]
        self.U = np.ascontiguousarray(weight_hh.T)  # [H, 4H]
        self.bias = bias_ih + bias_hh

    def step(self, projected, h, c):
        """One step. projected is x W + b, [B, 4H]; h and c are [B, H]."""
        i, f, g, o = np.split(projected + h @ self.U, 4, axis=1)
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        return sigmoid(o) * np.tanh(c), c

    def run(self, inputs, h, c):
        """All steps, [T, B, I] to [T, B, H]."""
        steps, batch, width = inputs.shape
        projected = inputs.reshape(-1, width) @ self.W + self.bias
        projected = projected.reshape(steps, batch, -1)
        output = np.empty((steps, batch, h.shape[1]), np.float32)
        for t in range(steps):
            h, c = self.step(projected[t], h, c)
            output[t] = h
        return output, h, c


def sequence(case):
    cells = [Cell(*case.weights(l, d)) for l, d in case.cells()]

    def work():
        rows, hidden, cell = case.input, [], []
        for layer in range(case.layers):
            parts = []
            for direction in range(case.directions):
                k = layer * case.directions + direction
                turn = slice(None, None, -1 if direction else 1)
                output, h, c = cells[k].run(rows[turn], case.hidden[k], case.cell[k])
                parts.append(output[turn])
                hidden.append(h)
                cell.append(c)
            rows = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=2)
        return {"output": rows, "hidden": np.stack(hidden), "cell": np.stack(cell)}

    return work, work


def stream(case):
    cell = Cell(*case.weights(0, 0))
    start = (case.hidden[0], case.cell[0])
    h, c = start

    def work():
        nonlocal h, c
        for x in case.input:
            h, c = cell.step(x @ cell.W + cell.bias, h, c)

    def outputs():
        rows, (h, c) = [], start
        for x in case.input:
            h, c = cell.step(x @ cell.W + cell.bias, h, c)
            rows.append(h)
        return {"output": np.stack(rows), "hidden": h[None], "cell": c[None]}

    return work, outputs


def prepare(case):
    if case.kind == "training":
        raise worker.Cannot("it does not train")
    return {"sequence": sequence, "stream": stream}[case.kind](case)


worker.serve(prepare, f"NumPy {np.__version__}")
