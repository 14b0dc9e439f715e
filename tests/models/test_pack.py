"""models/pack.mjs: what an app installs as `divisi-models`."""

import json
import subprocess

from conftest import REPOSITORY, licence_title
from divisi_importer.model_writer import sha256_of_file


def pack(models, out) -> subprocess.CompletedProcess:
    command = ["node", REPOSITORY / "models" / "pack.mjs", "--models", models, "--out", out]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_package_holds_what_its_manifest_names(models, tmp_path):
    out = tmp_path / "node_modules" / "divisi-models"
    for _ in range(2):  # the second replaces the first
        assert pack(models, out).returncode == 0
    names = [
        *("spleeter-2stems", "spleeter-2stems-int8", "musicnn-mtt", "musicnn-msd"),
        *("beatnet", "crema-chords", "basic-pitch", "swift-f0", "drums"),
    ]
    own = [f"divisi-model-{name}" for name in names]
    assert {path.name for path in out.parent.iterdir()} == {"divisi-models", *own}
    packed = json.loads((out / "manifest.json").read_text())
    assert [entry["name"] for entry in packed["models"]] == names
    for entry in packed["models"]:
        assert "variants" not in entry
        assert sha256_of_file(out / entry["file"]) == entry["sha256"]
        text = (out / entry["licenceFile"]).read_text()
        assert licence_title(entry["licence"]) in text[:100]
        card = json.loads((out / entry["card"]).read_text())
        assert card["name"] == entry["name"].removesuffix("-int8")
    package = json.loads((out / "package.json").read_text())
    assert package["name"] == "divisi-models"
    assert package["license"] == "Apache-2.0 AND MIT AND ISC AND CC-BY-4.0 AND BSD-2-Clause"
    weights = sorted(path.name for path in out.glob("*.safetensors"))
    assert weights == sorted(entry["file"] for entry in packed["models"])


def test_each_model_has_a_package_of_its_own(models, tmp_path):
    assert pack(models, tmp_path / "divisi-models").returncode == 0
    for entry in json.loads((tmp_path / "divisi-models" / "manifest.json").read_text())["models"]:
        own = tmp_path / f"divisi-model-{entry['name']}"
        package = json.loads((own / "package.json").read_text())
        assert package["name"] == own.name
        assert entry["licence"] in package["license"]
        assert json.loads((own / "manifest.json").read_text())["models"] == [entry]
        assert [path.name for path in own.glob("*.safetensors")] == [entry["file"]]
        assert sha256_of_file(own / entry["file"]) == entry["sha256"]
        for file in (entry["licenceFile"], entry["card"], "LICENSE"):
            assert (own / file).is_file()
        assert f"{own.name}/{entry['file']}?url" in (own / "README.md").read_text()


def test_node_resolves_the_manifest_and_the_weights(models, tmp_path):
    out = tmp_path / "node_modules" / "divisi-models"
    assert pack(models, out).returncode == 0
    script = tmp_path / "resolve.mjs"
    script.write_text(
        "for (const name of ['manifest.json', 'spleeter-2stems.safetensors'])"
        " console.log(import.meta.resolve(`divisi-models/${name}`));"
    )
    result = subprocess.run(["node", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == [
        (out / name).resolve().as_uri() for name in ("manifest.json", "spleeter-2stems.safetensors")
    ]


def test_missing_or_wrong_weights_are_named_and_nothing_is_packed(tmp_path):
    out = tmp_path / "out"
    result = pack(tmp_path, out)
    assert result.returncode == 1
    assert "spleeter-2stems.safetensors is missing; run: python models/import.py" in result.stderr
    (tmp_path / "spleeter-2stems.safetensors").write_bytes(b"no weights")
    result = pack(tmp_path, out)
    assert result.returncode == 1
    assert "manifest.json promises" in result.stderr
    assert not out.exists()
