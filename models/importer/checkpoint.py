"""Reads TensorFlow checkpoints ("tensor bundles") without TensorFlow.

A bundle is an index and data shards. The index is an SSTable of the LevelDB table format whose
values are protobuf messages: the empty key holds the BundleHeaderProto, every other key is a
variable's name and holds its BundleEntryProto (dtype, shape, shard, offset, size, CRC). The shards
are the raw tensors.

Sources: LevelDB doc/table_format.md; tensorflow/core/protobuf/tensor_bundle.proto.

    checkpoint = Checkpoint(index_bytes, [shard_bytes])
    kernel = checkpoint.tensor("conv2d/kernel")
"""

from dataclasses import dataclass

import google_crc32c
import numpy as np
from divisi_importer.errors import ImportFailure

_TABLE_MAGIC = 0xDB4775248B80FB57
_FOOTER_BYTES = 48
_BLOCK_TRAILER_BYTES = 5  # compression type, masked CRC
_NO_COMPRESSION = 0

# tensorflow/core/framework/types.proto
_DTYPES = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8"}

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5  # protobuf wire types


@dataclass(frozen=True)
class _Entry:
    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc: int


class Checkpoint:
    """The variables of one checkpoint. Tensors are checked and copied when asked for."""

    def __init__(self, index: bytes, shards: list[bytes]):
        self._shards = [memoryview(shard) for shard in shards]
        records = dict(_read_table(memoryview(index)))
        header = _fields(records.pop(b"", None), "the header of the checkpoint's index")
        if _number(header, 1) != len(shards):
            raise ImportFailure(
                f"the checkpoint says it has {_number(header, 1)} data shards, got {len(shards)}"
            )
        if _number(header, 2) != 0:
            raise ImportFailure("the checkpoint is big-endian, which is not supported")
        self._entries = {name.decode(): _entry(name, value) for name, value in records.items()}

    def names(self) -> list[str]:
        return sorted(self._entries)

    def shape(self, name: str) -> tuple[int, ...]:
        return self._find(name).shape

    def tensor(self, name: str) -> np.ndarray:
        """A copy of the variable's value, its CRC checked."""
        entry = self._find(name)
        dtype = np.dtype(_DTYPES.get(entry.dtype) or _refuse_dtype(name, entry.dtype))
        count = int(np.prod(entry.shape, dtype=np.int64))
        if entry.size != count * dtype.itemsize:
            raise ImportFailure(
                f"{name}: shape {list(entry.shape)} needs {count * dtype.itemsize} bytes, "
                f"the checkpoint stores {entry.size}"
            )
        if not 0 <= entry.shard < len(self._shards):
            raise ImportFailure(f"{name}: data shard {entry.shard} does not exist")
        data = self._shards[entry.shard][entry.offset : entry.offset + entry.size]
        if len(data) != entry.size:
            raise ImportFailure(
                f"{name}: bytes {entry.offset} to {entry.offset + entry.size} lie outside the "
                f"data shard of {len(self._shards[entry.shard])} bytes"
            )
        data = bytes(data)
        if _masked_crc(data) != entry.crc:
            raise ImportFailure(f"{name}: the data's CRC does not match; the file is damaged")
        return np.frombuffer(data, dtype).reshape(entry.shape).copy()

    def _find(self, name: str) -> _Entry:
        if name not in self._entries:
            raise ImportFailure(f"the checkpoint has no variable {name}")
        return self._entries[name]


def _refuse_dtype(name: str, dtype: int) -> str:
    raise ImportFailure(f"{name}: TensorFlow dtype {dtype} is not supported")


def _masked_crc(data: bytes) -> int:
    # Masked because a CRC of data that itself holds CRCs is weak (LevelDB util/crc32c.h).
    crc = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


# The SSTable


def _read_table(table: memoryview):
    if len(table) < _FOOTER_BYTES or int.from_bytes(table[-8:], "little") != _TABLE_MAGIC:
        raise ImportFailure("the checkpoint's index is not an SSTable (wrong magic number)")
    footer = table[-_FOOTER_BYTES:]
    _, position = _handle(footer, 0)  # the metaindex, which TensorFlow leaves empty
    index_handle, _ = _handle(footer, position)
    for _, value in _read_block(table, index_handle):
        data_handle, _ = _handle(value, 0)
        yield from _read_block(table, data_handle)


def _handle(data: memoryview, position: int) -> tuple[tuple[int, int], int]:
    offset, position = _varint(data, position)
    size, position = _varint(data, position)
    return (offset, size), position


def _read_block(table: memoryview, handle: tuple[int, int]):
    offset, size = handle
    end = offset + size
    if end + _BLOCK_TRAILER_BYTES > len(table) or size < 4:
        raise ImportFailure(f"the index block of {size} bytes at {offset} lies outside the file")
    if table[end] != _NO_COMPRESSION:
        raise ImportFailure(
            f"the index block at {offset} has compression type {table[end]}; only uncompressed "
            "indexes (as TensorFlow writes them) are supported"
        )
    stored_crc = int.from_bytes(table[end + 1 : end + 5], "little")
    if _masked_crc(bytes(table[offset : end + 1])) != stored_crc:
        raise ImportFailure(f"the index block at {offset} is damaged (CRC)")
    block = table[offset:end]
    restarts = int.from_bytes(block[-4:], "little")
    records_end = size - 4 - 4 * restarts
    if records_end < 0:
        raise ImportFailure(f"the index block at {offset} has an impossible restart count")
    key, position = b"", 0
    while position < records_end:
        shared, position = _varint(block, position)
        unshared, position = _varint(block, position)
        value_size, position = _varint(block, position)
        value_start = position + unshared
        if shared > len(key) or value_start + value_size > records_end:
            raise ImportFailure(f"the index block at {offset} has a record that does not fit")
        key = key[:shared] + bytes(block[position:value_start])
        position = value_start + value_size
        yield key, block[value_start:position]


# Protobuf, as much of it as two messages need


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if position >= len(data) or shift > 63:
            raise ImportFailure("the checkpoint's index holds a number that does not end")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def _fields(message: memoryview | None, what: str) -> dict[int, list]:
    if message is None:
        raise ImportFailure(f"{what} is missing")
    fields: dict[int, list] = {}
    position = 0
    while position < len(message):
        tag, position = _varint(message, position)
        wire_type = tag & 7
        if wire_type == _VARINT:
            value, position = _varint(message, position)
        elif wire_type in (_FIXED32, _FIXED64):
            size = 4 if wire_type == _FIXED32 else 8
            value = int.from_bytes(message[position : position + size], "little")
            position += size
        elif wire_type == _BYTES:
            size, position = _varint(message, position)
            value = message[position : position + size]
            position += size
        else:
            raise ImportFailure(f"{what} has the unknown protobuf wire type {wire_type}")
        if position > len(message):
            raise ImportFailure(f"{what} is cut short")
        fields.setdefault(tag >> 3, []).append(value)
    return fields


def _number(fields: dict[int, list], field: int) -> int:
    value = fields.get(field, [0])[-1]
    if not isinstance(value, int):
        raise ImportFailure(f"field {field} of the checkpoint's index is not a number")
    return value


def _entry(name: bytes, value: memoryview) -> _Entry:
    what = f"the entry of variable {name.decode(errors='replace')}"
    fields = _fields(value, what)
    if 7 in fields:
        raise ImportFailure(f"{what} is a partitioned variable, which is not supported")
    shape = []
    for shape_message in fields.get(2, []):
        for dimension in _fields(shape_message, what).get(2, []):
            shape.append(_number(_fields(dimension, what), 1))
    return _Entry(
        dtype=_number(fields, 1),
        shape=tuple(shape),
        shard=_number(fields, 3),
        offset=_number(fields, 4),
        size=_number(fields, 5),
        crc=_number(fields, 6),
    )
