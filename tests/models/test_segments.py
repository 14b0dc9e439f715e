"""Tasks of separators that hear segments: the golden models', and those that FORMAT.md shows."""

import json
import re
from pathlib import Path

import pytest
from divisi_importer.errors import ImportFailure
from importer import catalogue
from safetensors import safe_open

REPOSITORY = Path(__file__).resolve().parents[2]
MODELS = sorted((REPOSITORY / "tests" / "golden" / "segments").glob("*/model.safetensors"))


def shown_tasks() -> list[dict]:
    text = (REPOSITORY / "models" / "FORMAT.md").read_text()
    blocks = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    return [block for block in blocks if "task" in block]


def test_there_are_golden_models():
    assert len(MODELS) == 3


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.parent.name)
def test_tasks_of_golden_models_fit_the_schema(path):
    with safe_open(path, "np") as model:
        catalogue.check_document("task", json.loads(model.metadata()["divisi.task"]))


def test_tasks_in_the_format_fit_the_schema():
    tasks = shown_tasks()
    assert [("segments" in task) for task in tasks] == [n == 1 for n in range(8)]
    for task in tasks:
        catalogue.check_document("task", task)


def test_tasks_of_recipes_fit_the_schema():
    recipes = sorted((REPOSITORY / "models" / "tasks").glob("*.recipe.json"))
    assert recipes
    for recipe in recipes:
        task = recipe.parent / json.loads(recipe.read_text())["task"]
        catalogue.check_document("task", json.loads(task.read_text()))


def test_remainder_and_residual_exclude_each_other():
    task = shown_tasks()[1]
    with pytest.raises(ImportFailure):
        catalogue.check_document("task", task | {"remainder": "vocals"})
