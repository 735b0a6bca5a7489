"""JAX: a scan under jit. Weights and states are arguments, not constants: with a constant start the
compiler drops half of the work. The input half is one matrix product before the scan for a single
sequence and a product a step for a batch, whichever was faster (twice as fast at H = 256, B = 1;
a third at H = 128, B = 32). Training with Optax."""

import os

import worker

threads = worker.arguments().threads

if threads == 1:
    os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp
import numpy as np
import optax


def cell_weights(case, layer, direction):
    """W [I, 4H], U [H, 4H] and the sum of the biases [4H]."""
    weight_ih, weight_hh, bias_ih, bias_hh = case.weights(layer, direction)
    return {"W": jnp.array(weight_ih.T), "U": jnp.array(weight_hh.T),
            "b": jnp.array(bias_ih + bias_hh)}


def step(U, h, c, projected):
    """One step. projected is x W + b, [B, 4H]; h and c are [B, H]."""
    i, f, g, o = jnp.split(projected + h @ U, 4, axis=1)
    c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def layers(cells, directions, rows, hidden, cell):
    """All layers over all steps: rows [T, B, I], hidden and cell [L·D, B, H]."""
    new_hidden, new_cell = [], []
    for first in range(0, len(cells), directions):
        parts = []
        for k in range(first, first + directions):
            is_single = rows.shape[1] == 1
            W, U, b = (cells[k][name] for name in "WUb")

            def body(state, row):
                state = step(U, *state, row if is_single else row @ W + b)
                return state, state[0]

            (h, c), output = jax.lax.scan(
                body, (hidden[k], cell[k]), rows @ W + b if is_single else rows,
                reverse=k > first)
            parts.append(output)
            new_hidden.append(h)
            new_cell.append(c)
        rows = parts[0] if len(parts) == 1 else jnp.concatenate(parts, axis=2)
    return rows, jnp.stack(new_hidden), jnp.stack(new_cell)


def sequence(case):
    cells = [cell_weights(case, l, d) for l, d in case.cells()]
    run = jax.jit(lambda *a: layers(a[0], case.directions, *a[1:]))
    given = (cells, jnp.array(case.input), jnp.array(case.hidden), jnp.array(case.cell))

    def work():
        return jax.block_until_ready(run(*given))

    return work, lambda: dict(zip(("output", "hidden", "cell"), work()))


def stream(case):
    weights = cell_weights(case, 0, 0)

    @jax.jit
    def one(weights, x, h, c):
        return step(weights["U"], h, c, x @ weights["W"] + weights["b"])

    rows = [jnp.array(x) for x in case.input]
    start = (jnp.array(case.hidden[0]), jnp.array(case.cell[0]))
    h, c = start

    def work():
        nonlocal h, c
        for x in rows:
            h, c = one(weights, x, h, c)
        jax.block_until_ready(c)

    def outputs():
        found, (h, c) = [], start
        for x in rows:
            h, c = one(weights, x, h, c)
            found.append(h)
        return {"output": jnp.stack(found), "hidden": h[None], "cell": c[None]}

    return work, outputs


def training(case):
    parameters = {
        "embedding": jnp.array(case.arrays["embedding.weight"]),
        "cells": [cell_weights(case, l, 0) for l in range(case.layers)],
        "head": jnp.array(case.arrays["head.weight"].T),
        "bias": jnp.array(case.arrays["head.bias"]),
    }
    optimizer = optax.chain(
        optax.clip_by_global_norm(case.largest_gradient_norm),
        optax.adam(case.learning_rate, case.beta1, case.beta2, case.epsilon))
    state = optimizer.init(parameters)
    tokens, targets = jnp.array(case.arrays["tokens"]), jnp.array(case.arrays["targets"])

    def loss_of(parameters, tokens, targets):
        zeros = jnp.zeros((case.layers, case.batch, case.hidden_size), jnp.float32)
        rows, _, _ = layers(parameters["cells"], 1, parameters["embedding"][tokens], zeros, zeros)
        logits = rows @ parameters["head"] + parameters["bias"]
        return optax.softmax_cross_entropy_with_integer_labels(logits, targets).mean()

    def train(parameters, state, tokens, targets):
        loss, gradients = jax.value_and_grad(loss_of)(parameters, tokens, targets)
        updates, state = optimizer.update(gradients, state, parameters)
        return optax.apply_updates(parameters, updates), state, loss

    train = jax.jit(train, donate_argnums=(0, 1))

    def work():
        nonlocal parameters, state
        parameters, state, loss = train(parameters, state, tokens, targets)
        return float(loss)

    return work, lambda: {"losses": np.array([work() for _ in range(3)], np.float32)}


kinds = {"sequence": sequence, "stream": stream, "training": training}
worker.serve(lambda case: kinds[case.kind](case), f"JAX {jax.__version__}")
