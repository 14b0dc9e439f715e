"""Trains the network that hears beats from both sides on songs that `render.py` made.

    python train.py SONGS OUT.pt --beatnet BeatNet.whl --minutes 14

writes OUT.safetensors in float16, too: models/trained/beats.safetensors is one.

Its inputs are the bands that BeatNet hears (log10(1 + magnitude), 136 of them) and BeatNet's own
two activations; beyond both ends of a song there is silence. Its outputs are log-odds of a beat and
of a downbeat. Dilated convolutions hear 10 s to either side (Davies and Böck, EUSIPCO 2019).
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from beatnet import BeatNet
from network import CONTEXT, BeatConvolutions
from safetensors.torch import save_file
from torch import nn

FPS = 50


def target(beats: np.ndarray, frames: int) -> np.ndarray:
    """[frames][beat, downbeat]: 1 on the frame of a beat, a half beside it."""
    truth = np.zeros((frames, 2), np.float32)
    for seconds, number in beats:
        centre = round(seconds * FPS)
        for frame, value in ((centre - 1, 0.5), (centre + 1, 0.5), (centre, 1)):
            if 0 <= frame < frames:
                truth[frame, 0] = max(truth[frame, 0], value)
                if number == 1:
                    truth[frame, 1] = max(truth[frame, 1], value)
    return truth


class Songs:
    def __init__(self, paths, beatnet: BeatNet):
        self.items = []
        for path in paths:
            with np.load(path) as data:
                bands = data["bands"].astype(np.float32)
                heard = beatnet.hear(bands)
                self.items.append((bands, heard, target(data["beats"], len(bands))))

    def batch(self, indices, rng, frames):
        """Crops with CONTEXT frames on either side, a little louder or softer, higher or lower."""
        size = frames + 2 * CONTEXT
        inputs = np.zeros((len(indices), size, 138), np.float32)
        truth = np.zeros((len(indices), frames, 2), np.float32)
        inside = np.zeros((len(indices), frames, 1), np.float32)
        for row, index in enumerate(indices):
            bands, network, beats = self.items[index]
            start = rng.integers(-50, max(len(bands) - frames, 0) + 50)
            first, last = max(start - CONTEXT, 0), min(start + frames + CONTEXT, len(bands))
            to = slice(first - start + CONTEXT, last - start + CONTEXT)
            gain = 10 ** rng.uniform(-0.6, 0.4)
            level = np.log10(1 + gain * (10 ** bands[first:last] - 1))
            inputs[row, to, :136] = np.roll(level, rng.integers(-6, 7), axis=1)
            if rng.random() < 0.85:
                inputs[row, to, 136:] = network[first:last]
            a, b = max(start, 0), min(start + frames, len(bands))
            truth[row, a - start : b - start] = beats[a:b]
            inside[row, a - start : b - start] = 1
        return [torch.from_numpy(x) for x in (inputs, truth, inside)]


def loss_of(model, batch):
    inputs, truth, inside = batch
    with torch.autocast("cpu", torch.bfloat16):
        logits = model(inputs)[:, CONTEXT:-CONTEXT].float()
    each = nn.functional.binary_cross_entropy_with_logits(
        logits, truth, reduction="none", pos_weight=torch.tensor([3.0, 6.0])
    )
    return (each * inside).sum() / inside.sum()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("songs", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--beatnet", type=Path, required=True, help="the wheel of the PyPI package")
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--frames", type=int, default=2048)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    rng = np.random.default_rng(1)
    paths = sorted(p for p in options.songs.glob("*.npz") if "part" not in p.name)
    held, kept = paths[::20], [p for i, p in enumerate(paths) if i % 20]
    beatnet = BeatNet(options.beatnet)
    songs, check = Songs(kept, beatnet), Songs(held, beatnet)
    model = BeatConvolutions()
    print(f"{len(kept)} songs, {sum(p.numel() for p in model.parameters())} parameters", flush=True)
    optimiser = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-3)
    began, end, step, mean = time.time(), options.minutes * 60, 0, None
    while time.time() - began < end:
        share = (time.time() - began) / end
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1, (step + 1) / 100) * 0.5 * (1 + np.cos(np.pi * share))
        loss = loss_of(model, songs.batch(rng.integers(len(kept), size=4), rng, options.frames))
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        mean = loss.item() if mean is None else 0.98 * mean + 0.02 * loss.item()
        step += 1
        if step % 250 == 0:
            model.eval()
            with torch.no_grad():
                fixed = np.random.default_rng(2)
                scores = [
                    loss_of(model, check.batch([i], fixed, options.frames)).item()
                    for i in range(len(held))
                ]
            model.train()
            torch.save(model.state_dict(), options.out)
            print(
                f"step {step}, {time.time() - began:.0f} s: {mean:.4f}, "
                f"held out {np.mean(scores):.4f}",
                flush=True,
            )
    weights = {name: tensor.half() for name, tensor in model.state_dict().items()}
    save_file(weights, options.out.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
