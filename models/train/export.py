"""Writes the committed weights of a checkpoint: models/weights/divisi-4stems.safetensors.

    python -m models.train.export --run NAME [--golden]

Batch norms are folded into the convolutions before them, kernels take divisi's layout (output
channel first, input channel last), and everything is stored in float16: what is committed is what
is shipped, and models/importer/divisi_unet.py only has to name it. `--golden` also writes what
PyTorch computes from the same rounded weights, for the tests.
"""

import argparse
import sys

import numpy as np
import torch

from .batches import LEVEL_DB
from .constants import DATA, HERE, STEMS
from .network import BINS, EPSILON, Network, Place, Shape

REPOSITORY = HERE.parents[1]
WEIGHTS = REPOSITORY / "models" / "weights" / "divisi-4stems.safetensors"
GOLDEN = REPOSITORY / "tests" / "golden" / "divisi-4stems" / "network-32x1024.npz"


def load(path) -> Network:
    saved = torch.load(path, map_location="cpu", weights_only=True)
    shape = {**saved["shape"], "widths": tuple(saved["shape"]["widths"])}
    network = Network(Shape(**shape))
    network.load_state_dict(saved["averaged"])
    return network.eval()


def tensors(network: Network) -> dict[str, np.ndarray]:
    """What models/importer/divisi_unet.py reads."""
    out: dict[str, np.ndarray] = {}

    def add(name, convolution, norm=None, transposed=False):
        weight = convolution.weight.detach().double()
        if transposed:
            weight = weight.transpose(0, 1)
        bias = torch.zeros(len(weight)).double()
        if convolution.bias is not None:
            bias = convolution.bias.detach().double()
        if norm is not None:
            scale = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            weight = weight * scale[:, None, None, None]
            bias = (bias - norm.running_mean.double()) * scale + norm.bias.double()
        out[f"{name}/kernel"] = weight.permute(0, 2, 3, 1).detach().numpy()
        out[f"{name}/bias"] = bias.detach().numpy()

    def place(name, module):
        if isinstance(module, Place):  # [1, C, 1, F] -> [F * C]: positions, then channels
            for role in ("scale", "offset"):
                values = getattr(module, role).detach()[0, :, 0].T
                out[f"{name}/{role}"] = values.reshape(-1).double().numpy()

    def dense(name, linear):
        out[f"{name}/kernel"] = linear.weight.detach().double().numpy()
        out[f"{name}/bias"] = linear.bias.detach().double().numpy()

    add("curves", network.curves)
    add("sum", network.sum)
    place("place-in", network.place_in)
    add("start", network.start[0], network.start[1])
    for k, (encode, decode) in enumerate(zip(network.encode, network.decode, strict=True)):
        add(f"encode{k}", encode[0], encode[1])
        add(f"decode{k}", decode[0], decode[1])
        place(f"place{k}", network.place[k])
    for k, (down, up) in enumerate(zip(network.down, network.up, strict=True), 1):
        add(f"down{k}", down[0], down[1])
        add(f"up{k}", up[0], up[1], transposed=True)
    if network.shape.across:
        add("squeeze", network.across.squeeze)
        dense("across1", network.across.first)
        dense("across2", network.across.second)
        add("expand", network.across.expand)
    # One head in training; a stem's two channels are an output of their own in the model file.
    for k, stem in enumerate(STEMS):
        add("head", network.head, transposed=True)
        out[f"head-{stem}/kernel"] = out.pop("head/kernel")[2 * k : 2 * k + 2]
        out[f"head-{stem}/bias"] = out.pop("head/bias")[2 * k : 2 * k + 2]
        place("place", network.place_out)
        for role in ("scale", "offset") if network.shape.place else ():
            values = out.pop(f"place/{role}").reshape(BINS, -1)
            out[f"place-{stem}/{role}"] = values[:, 2 * k : 2 * k + 2].reshape(-1)
    return {name: np.ascontiguousarray(tensor, "<f2") for name, tensor in out.items()}


def write(network: Network) -> None:
    sys.path.insert(0, str(REPOSITORY / "models"))
    from divisi_importer.model_writer import encode, write_atomically

    about = {
        "network": {
            "bins": BINS,
            "patch": network.shape.patch,
            "widths": list(network.shape.widths),
            "epsilon": EPSILON,
            "rmsDb": LEVEL_DB,
            "stems": list(STEMS),
        }
    }
    data = encode(about, tensors(network))
    write_atomically(WEIGHTS, data)
    print(f"{WEIGHTS.relative_to(REPOSITORY)}: {len(data) / 1e6:.2f} MB")


def write_golden(network: Network) -> None:
    """The estimates of noise whose level falls with frequency, computed with float16's weights."""
    rounded = {name: torch.from_numpy(t.astype(np.float32)) for name, t in tensors(network).items()}
    rng = np.random.default_rng(1)
    noise = np.abs(rng.standard_normal((32, BINS, 2))) * 40 / (1 + np.arange(BINS) / 30)[:, None]
    mix = noise.astype("<f4")
    plain = Network(network.shape).eval()
    _load_folded(plain, rounded)
    with torch.no_grad():
        out = plain.estimates(torch.from_numpy(mix).permute(2, 0, 1)[None])[0]
    GOLDEN.parent.mkdir(parents=True, exist_ok=True)
    # Every 16th bin of the estimates: enough to show any wrong weight, and small.
    estimates = {s: o.permute(1, 2, 0)[:, ::16].numpy() for s, o in zip(STEMS, out, strict=True)}
    np.savez_compressed(GOLDEN, seed=1, peak=float(mix.max()), **estimates)
    print(f"{GOLDEN.relative_to(REPOSITORY)}: written")


def _load_folded(network: Network, folded: dict[str, torch.Tensor]) -> None:
    """Puts folded weights back into PyTorch's network, its batch norms made to do nothing."""

    def put(name, convolution, norm=None, transposed=False):
        kernel = folded[f"{name}/kernel"].permute(0, 3, 1, 2)
        convolution.weight.data = (kernel.transpose(0, 1) if transposed else kernel).contiguous()
        if norm is None:
            if convolution.bias is not None:
                convolution.bias.data = folded[f"{name}/bias"]
            return
        norm.running_mean.zero_()
        norm.running_var.fill_(1 - norm.eps)
        norm.weight.data.fill_(1)
        norm.bias.data = folded[f"{name}/bias"]

    def place(name, module):
        if isinstance(module, Place):
            for role in ("scale", "offset"):
                parameter = getattr(module, role)
                values = folded[f"{name}/{role}"].reshape(parameter.shape[3], parameter.shape[1])
                parameter.data = values.T[None, :, None].contiguous()

    put("curves", network.curves)
    put("sum", network.sum)
    place("place-in", network.place_in)
    put("start", network.start[0], network.start[1])
    for k in range(len(network.encode)):
        put(f"encode{k}", network.encode[k][0], network.encode[k][1])
        put(f"decode{k}", network.decode[k][0], network.decode[k][1])
        place(f"place{k}", network.place[k])
    for k in range(1, len(network.encode)):
        put(f"down{k}", network.down[k - 1][0], network.down[k - 1][1])
        put(f"up{k}", network.up[k - 1][0], network.up[k - 1][1], transposed=True)
    if network.shape.across:
        put("squeeze", network.across.squeeze)
        put("expand", network.across.expand)
        for k, linear in enumerate((network.across.first, network.across.second), 1):
            linear.weight.data = folded[f"across{k}/kernel"]
            linear.bias.data = folded[f"across{k}/bias"]
    for role in ("kernel", "bias"):
        folded[f"head/{role}"] = torch.cat([folded[f"head-{stem}/{role}"] for stem in STEMS])
    put("head", network.head, transposed=True)
    for role in ("scale", "offset") if network.shape.place else ():
        parts = [folded[f"place-{stem}/{role}"].reshape(BINS, 2) for stem in STEMS]
        folded[f"place/{role}"] = torch.cat(parts, 1).reshape(-1)
    place("place", network.place_out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", required=True)
    parser.add_argument("--checkpoint", default="best.pt")
    parser.add_argument("--golden", action="store_true")
    arguments = parser.parse_args()
    network = load(DATA / "runs" / arguments.run / arguments.checkpoint)
    write(network)
    if arguments.golden:
        write_golden(network)


if __name__ == "__main__":
    main()
