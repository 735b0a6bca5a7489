"""Keras over TensorFlow: LSTM layers in a tf.function compiled by XLA, which is faster here than
without; train_on_batch as it is for training, where XLA was five times slower."""

import os

import worker

threads = worker.arguments().threads

os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "2"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
import tensorflow as tf

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(1)


def keras_weights(case, layer, direction):
    """kernel [I, 4H], recurrent kernel [H, 4H] and one bias [4H]; PyTorch's order of gates is
    Keras' too."""
    weight_ih, weight_hh, bias_ih, bias_hh = case.weights(layer, direction)
    return [weight_ih.T, weight_hh.T, bias_ih + bias_hh]


def lstm(case, layer, direction, width):
    made = keras.layers.LSTM(
        case.hidden_size, return_sequences=True, return_state=True, go_backwards=direction == 1)
    made.build((case.batch, case.steps, width))
    made.set_weights(keras_weights(case, layer, direction))
    return made


def sequence(case):
    H, D = case.hidden_size, case.directions
    made = [lstm(case, l, d, H if l == 0 else D * H) for l, d in case.cells()]

    # Keras is batch-first: [B, T, I].
    @tf.function(jit_compile=True)
    def run(rows, hidden, cell):
        new_hidden, new_cell = [], []
        for first in range(0, len(made), D):
            parts = []
            for k in range(first, first + D):
                output, h, c = made[k](rows, initial_state=[hidden[k], cell[k]])
                parts.append(output if k == first else tf.reverse(output, [1]))
                new_hidden.append(h)
                new_cell.append(c)
            rows = parts[0] if D == 1 else tf.concat(parts, 2)
        return rows, tf.stack(new_hidden), tf.stack(new_cell)

    given = [
        tf.constant(a)
        for a in (np.ascontiguousarray(case.input.swapaxes(0, 1)), case.hidden, case.cell)]

    def work():
        output, hidden, cell = run(*given)
        return output.numpy(), hidden, cell

    def outputs():
        output, hidden, cell = work()
        return {"output": output.swapaxes(0, 1), "hidden": hidden, "cell": cell}

    return work, outputs


def stream(case):
    cell = keras.layers.LSTMCell(case.hidden_size)
    cell.build((case.batch, case.hidden_size))
    cell.set_weights(keras_weights(case, 0, 0))

    @tf.function(jit_compile=True)
    def one(x, h, c):
        _, (h, c) = cell(x, [h, c])
        return h, c

    rows = [tf.constant(x) for x in case.input]
    start = (tf.constant(case.hidden[0]), tf.constant(case.cell[0]))
    h, c = start

    def work():
        nonlocal h, c
        for x in rows:
            h, c = one(x, h, c)
        c.numpy()

    def outputs():
        found, (h, c) = [], start
        for x in rows:
            h, c = one(x, h, c)
            found.append(h)
        return {"output": tf.stack(found), "hidden": h[None], "cell": c[None]}

    return work, outputs


def training(case):
    embedding = keras.layers.Embedding(case.vocabulary, case.hidden_size)
    made = [keras.layers.LSTM(case.hidden_size, return_sequences=True) for _ in range(case.layers)]
    head = keras.layers.Dense(case.vocabulary)
    model = keras.Sequential([embedding, *made, head])
    model.build((case.batch, case.steps))
    embedding.set_weights([case.arrays["embedding.weight"]])
    for number, layer in enumerate(made):
        layer.set_weights(keras_weights(case, number, 0))
    head.set_weights([case.arrays["head.weight"].T, case.arrays["head.bias"]])
    # Keras adds epsilon to the root of the average of squares before it corrects its bias, the others
    # after: the smaller epsilon is that of the second of the three steps that are compared.
    epsilon = case.epsilon * (1 - case.beta2**2) ** 0.5
    model.compile(
        optimizer=keras.optimizers.Adam(
            case.learning_rate, case.beta1, case.beta2, epsilon,
            global_clipnorm=case.largest_gradient_norm),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    # [B, T], batch-first.
    tokens, targets = (
        tf.constant(np.ascontiguousarray(case.arrays[name].T)) for name in ("tokens", "targets"))

    def work():
        # Keras returns the mean of the losses since the last reset.
        model.reset_metrics()
        return float(model.train_on_batch(tokens, targets))

    return work, lambda: {"losses": np.array([work() for _ in range(3)], np.float32)}


kinds = {"sequence": sequence, "stream": stream, "training": training}
worker.serve(lambda case: kinds[case.kind](case), f"Keras {keras.__version__}, "
             f"TensorFlow {tf.__version__}")
