"""Checks what training stands on; a developer runs it after changing batches, loss or network.

python -m models.train.check
"""

import numpy as np
import torch

from . import batches
from .constants import STEMS
from .fused_loss import fused_loss
from .network import BINS, Network, masks


def _spectra(rng) -> list[torch.Tensor]:
    """A batch of two mixes of noise, one stem silent."""
    shape = (2, len(STEMS), 2, 16, BINS)
    s = (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)).astype(np.complex64)
    s[:, 1] = 0
    mix = s.sum(1, keepdims=True)
    own, cross, total = np.abs(s) ** 2, (s * mix.conj()).real, np.abs(mix[:, 0]) ** 2
    return [torch.from_numpy(x) for x in (np.sqrt(total), own, cross, total)]


def check_fused_loss(made) -> None:
    """Limit 1e-5 of the gradient's norm: both forms are float32, a wrong term gives over 1e-2."""
    logits = torch.randn(made[1].shape)
    plain, fused = (logits.clone().requires_grad_() for _ in range(2))
    wanted, _, _ = batches.loss(masks(torch.sigmoid(plain)), *made[1:])
    value = fused_loss(fused, *made[1:])
    wanted.backward()
    value.backward()
    difference = abs(float(wanted.detach()) - float(value.detach()))
    assert difference < 1e-4, difference
    error = float((plain.grad - fused.grad).norm() / plain.grad.norm())
    assert error < 1e-5, error
    print(f"fused loss: gradient differs by {error:.1e} of its norm")


def check_energies(rng) -> None:
    """The energies of a mix against NumPy's complex numbers; 1e-4 of the largest, float32."""
    s = rng.standard_normal((4, 2, 8, BINS)) + 1j * rng.standard_normal((4, 2, 8, BINS))
    s, gains = s.astype(np.complex64), rng.uniform(-2, 2, (4, BINS))
    out = [np.empty(s.shape[1:], np.float32), np.empty(s.shape, np.float32)]
    out += [np.empty(s.shape, np.float32), np.empty(s.shape[1:], np.float32)]
    batches._energies(s, gains, *out)
    scaled = s * gains[:, None, None]
    mix = scaled.sum(0)
    wanted = [np.abs(mix), np.abs(scaled) ** 2, (scaled * mix.conj()).real, np.abs(mix) ** 2]
    for have, want in zip(out, wanted, strict=True):
        assert np.abs(have - want).max() < 1e-4 * np.abs(want).max()
    print("energies: as NumPy's")


def check_export() -> None:
    """The folded weights compute what the network computes. Limit 0.02: float16 kernels."""
    from .export import _load_folded, tensors

    network = Network().train()
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(2, 2, 32, BINS) ** 4 * 30)
    network.eval()
    folded = {k: torch.from_numpy(t.astype(np.float32)) for k, t in tensors(network).items()}
    plain = Network(network.shape).eval()
    _load_folded(plain, folded)
    mix = torch.rand(1, 2, 32, BINS) ** 4 * 30
    with torch.no_grad():
        error = float((network.estimates(mix) - plain.estimates(mix)).abs().max())
    assert error < 0.02, error
    print(f"export: estimates differ by at most {error:.1e}")


if __name__ == "__main__":
    generator = np.random.default_rng(0)
    torch.manual_seed(0)
    check_fused_loss(_spectra(generator))
    check_energies(generator)
    check_export()
