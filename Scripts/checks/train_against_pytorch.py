#!/usr/bin/env python3
"""`lstm train text` against the same training in PyTorch: processor time of a whole step (data, loss, clipping,
Adam, notes), in turns, and bits per character on text that is held back, after equal steps.

Usage: train_against_pytorch.py --lstm .build/release/lstm --text TEXT [--hidden-sizes 128,256] [--steps 300]
       [--rounds 3]

Both read the same windows of the same streams with their states carried on; weights start from the same
distributions, not from the same numbers. One thread each. Needs torch.
"""
import argparse
import json
import math
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

import torch

BATCH, LENGTH, EMBEDDING, RATE = 16, 50, 64, 0.005


def ours(program, text, folder, hidden, steps, seed):
    """Processor seconds of a run, and the bits on what is held back (the last 5 %)."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    out = subprocess.run(
        [program, "train", "text", text, "--output", folder, "--hidden-size", str(hidden), "--batch",
         str(BATCH), "--sequence-length", str(LENGTH), "--embedding-size", str(EMBEDDING),
         "--learning-rate", str(RATE), "--schedule", "constant", "--steps", str(steps),
         "--evaluate-every", str(10**6), "--checkpoint-every", str(10**6), "--seed", str(seed), "--json"],
        check=True, capture_output=True, text=True).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    last = json.loads(out.splitlines()[-1])
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, last["validationLoss"] / math.log(2)


class Net(torch.nn.Module):
    def __init__(self, tokens, hidden):
        super().__init__()
        self.embedding = torch.nn.Embedding(tokens, EMBEDDING)
        self.lstm = torch.nn.LSTM(EMBEDDING, hidden)
        self.head = torch.nn.Linear(hidden, tokens)

    def forward(self, ids, state=None):
        y, state = self.lstm(self.embedding(ids), state)
        return self.head(y), state


def theirs(ids, tokens, hidden, steps, seed):
    """Processor seconds of a step, and the bits on what is held back."""
    torch.manual_seed(seed)
    model = Net(tokens, hidden)
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    held = len(ids) - int(len(ids) * 0.05)
    length = (held - 1) // BATCH
    streams = torch.stack([ids[b * length:b * length + length + 1] for b in range(BATCH)], 1)
    state, place = None, 0
    began = None
    for step in range(steps):
        if step == steps // 5:
            began = time.process_time()
        if place + LENGTH > length:
            state, place = None, 0
        x, y = streams[place:place + LENGTH], streams[place + 1:place + LENGTH + 1]
        place += LENGTH
        optimizer.zero_grad()
        logits, state = model(x, state)
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, tokens), y.reshape(-1))
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        state = tuple(s.detach() for s in state)
        loss.item()
    seconds = (time.process_time() - began) / (steps - steps // 5)
    with torch.no_grad():
        part = ids[held - 257:held + 20_000]
        logits, _ = model(part[:-1, None])
        nats = torch.nn.functional.cross_entropy(logits[256:, 0], part[257:])
    return seconds, nats.item() / math.log(2)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lstm", required=True)
    parser.add_argument("--text", required=True)
    parser.add_argument("--hidden-sizes", default="128,256")
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    text = pathlib.Path(options.text).read_text()
    symbols = sorted(set(text))
    index = {c: i for i, c in enumerate(symbols)}
    ids = torch.tensor([index[c] for c in text])
    few = options.steps // 5
    for hidden in map(int, options.hidden_sizes.split(",")):
        pairs, bits = [], []
        for round in range(options.rounds):
            with tempfile.TemporaryDirectory() as folder:
                # What a run takes beside its steps cancels out.
                short, _ = ours(options.lstm, options.text, folder + "/a", hidden, few, round)
                long, our_bits = ours(options.lstm, options.text, folder + "/b", hidden, options.steps, round)
            step = (long - short) / (options.steps - few)
            their_step, their_bits = theirs(ids, len(symbols), hidden, options.steps, round)
            pairs.append((step, their_step))
            bits.append((our_bits, their_bits))
            print(f"H {hidden}, round {round + 1}: {1000 * step:.2f} ms and {their_bits and 1000 * their_step:.2f} ms "
                  f"a step; {our_bits:.3f} and {their_bits:.3f} bits", flush=True)
        ratio = statistics.median(ours / theirs for ours, theirs in pairs)
        print(f"H {hidden}: a step takes {ratio:.2f} of PyTorch's time; bits per character "
              f"{statistics.median(b[0] for b in bits):.3f}, PyTorch's {statistics.median(b[1] for b in bits):.3f}")


if __name__ == "__main__":
    main()
