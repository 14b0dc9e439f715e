"""Reads weights that torch.save has written, without torch and without running any of their code.

Such a file is a ZIP of a pickle and of the tensors' raw numbers. A pickle is a program, so this one
may name nothing but what a dictionary of tensors is made of; anything else is refused.

    weights = read_weights(file_bytes)
    kernel = weights["conv1.weight"]        # a numpy array
"""

import io
import pickle
import zipfile
from collections import OrderedDict

import numpy as np
from divisi_importer.errors import ImportFailure

_DTYPES = {"FloatStorage": "<f4", "DoubleStorage": "<f8", "LongStorage": "<i8"}


def read_weights(data: bytes) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            (index,) = (name for name in archive.namelist() if name.endswith("/data.pkl"))
            folder = index.removesuffix("data.pkl")
            weights = _Reader(archive, folder, archive.read(index)).load()
    except (zipfile.BadZipFile, pickle.UnpicklingError, LookupError, ValueError, EOFError) as error:
        raise ImportFailure(f"the weights are not a file of torch.save: {error}") from error
    if not isinstance(weights, dict) or not all(
        isinstance(tensor, np.ndarray) for tensor in weights.values()
    ):
        raise ImportFailure("the weights are not a dictionary of tensors")
    return dict(weights)


class _Reader(pickle.Unpickler):
    def __init__(self, archive: zipfile.ZipFile, folder: str, program: bytes):
        super().__init__(io.BytesIO(program))
        self._archive, self._folder = archive, folder

    def find_class(self, module: str, name: str):
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _tensor
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"it names {module}.{name}")

    def persistent_load(self, pid: tuple) -> np.ndarray:
        kind, dtype, key, _location, count = pid
        if kind != "storage":
            raise pickle.UnpicklingError(f"it has a {kind!r} instead of a storage")
        numbers = np.frombuffer(self._archive.read(f"{self._folder}data/{key}"), dtype)
        if len(numbers) != count:
            raise pickle.UnpicklingError(
                f"storage {key} holds {len(numbers)} numbers, not {count} as stated"
            )
        return numbers


def _tensor(storage: np.ndarray, offset: int, shape: tuple, stride: tuple, *_) -> np.ndarray:
    last = offset + sum((n - 1) * step for n, step in zip(shape, stride, strict=True))
    if min(shape, default=1) < 1 or min(stride, default=0) < 0 or not 0 <= last < len(storage):
        raise pickle.UnpicklingError(
            f"a tensor of shape {list(shape)} lies outside its {len(storage)} numbers"
        )
    steps = [step * storage.itemsize for step in stride]
    return np.lib.stride_tricks.as_strided(storage[offset:], shape, steps).copy()
