"""PyTorch: nn.LSTM over sequences, nn.LSTMCell for single steps (it is faster there, since nn.LSTM
has oneDNN reorder the weights at every call), nn modules and Adam for training."""

import worker

threads = worker.arguments().threads

import numpy as np
import torch
from torch import nn

torch.set_num_threads(threads)
torch.set_num_interop_threads(1)


def tensor(array):
    return torch.from_numpy(np.ascontiguousarray(array))


def lstm(case):
    module = nn.LSTM(
        case.hidden_size, case.hidden_size, case.layers, bidirectional=case.directions == 2)
    names = {n[5:]: tensor(a) for n, a in case.arrays.items() if n.startswith("lstm.")}
    module.load_state_dict(names)
    return module


def sequence(case):
    module = lstm(case).eval()
    inputs, state = tensor(case.input), (tensor(case.hidden), tensor(case.cell))

    def work():
        with torch.inference_mode():
            return module(inputs, state)

    def outputs():
        output, (hidden, cell) = work()
        return {"output": output, "hidden": hidden, "cell": cell}

    return work, outputs


def stream(case):
    cell = nn.LSTMCell(case.hidden_size, case.hidden_size).eval()
    for name, value in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), case.weights(0, 0)):
        getattr(cell, name).data = tensor(value)
    inputs = list(tensor(case.input))
    start = (tensor(case.hidden[0]), tensor(case.cell[0]))
    state = start

    def work():
        nonlocal state
        with torch.inference_mode():
            for x in inputs:
                state = cell(x, state)

    def outputs():
        rows, state = [], start
        with torch.inference_mode():
            for x in inputs:
                state = cell(x, state)
                rows.append(state[0])
        return {"output": torch.stack(rows), "hidden": state[0][None], "cell": state[1][None]}

    return work, outputs


def training(case):
    embedding = nn.Embedding.from_pretrained(
        tensor(case.arrays["embedding.weight"]), freeze=False)
    layers = lstm(case)
    head = nn.Linear(case.hidden_size, case.vocabulary)
    head.weight.data = tensor(case.arrays["head.weight"])
    head.bias.data = tensor(case.arrays["head.bias"])
    # The second bias is zero and stays so: Keras has only one.
    for name, parameter in layers.named_parameters():
        if name.startswith("bias_hh"):
            parameter.requires_grad_(False)
    parameters = [
        p for m in (embedding, layers, head) for p in m.parameters() if p.requires_grad]
    optimizer = torch.optim.Adam(
        parameters, lr=case.learning_rate, betas=(case.beta1, case.beta2), eps=case.epsilon)
    tokens, targets = tensor(case.arrays["tokens"]), tensor(case.arrays["targets"])

    def work():
        optimizer.zero_grad()
        output, _ = layers(embedding(tokens))
        loss = nn.functional.cross_entropy(
            head(output).reshape(-1, case.vocabulary), targets.reshape(-1))
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, case.largest_gradient_norm)
        optimizer.step()
        return loss.item()

    return work, lambda: {"losses": np.array([work() for _ in range(3)], np.float32)}


kinds = {"sequence": sequence, "stream": stream, "training": training}
worker.serve(lambda case: kinds[case.kind](case), f"PyTorch {torch.__version__}")
