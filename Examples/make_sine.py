"""Trains the example network sine.pt: one LSTM layer of 8 units and a linear layer that predict the
next value of a sine wave. Written with torch 2.13.0; the seed is 0.

    python Examples/make_sine.py
"""
import pathlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).resolve().parent


class Sine(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, 8)
        self.head = torch.nn.Linear(8, 1)

    def forward(self, x):
        output, state = self.lstm(x)
        return self.head(output), output, state


def main():
    torch.manual_seed(0)
    model = Sine()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for _ in range(400):
        phase = torch.rand(1, 16, 1) * 6.283
        wave = torch.sin(torch.arange(41.0).reshape(-1, 1, 1) * 0.3 + phase)
        loss = torch.nn.functional.mse_loss(model(wave[:-1])[0], wave[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"mean squared error of the last batch: {loss.item():.2e}")
    torch.save(model.state_dict(), HERE / "sine.pt")

    wave = torch.sin(torch.arange(12.0) * 0.3)
    lines = ["value"] + [f"{value:.6f}" for value in wave.tolist()]
    (HERE / "sine.csv").write_text("\n".join(lines) + "\n")
    x = torch.tensor([[[float(line)]] for line in lines[1:]])
    logits, output, (hidden, cell) = model(x)
    arrays = dict(output=output, hidden=hidden, cell=cell, logits=logits)
    np.savez(HERE / "sine-pytorch.npz", **{k: v.detach().numpy() for k, v in arrays.items()})


if __name__ == "__main__":
    main()
