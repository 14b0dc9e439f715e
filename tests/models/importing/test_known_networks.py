"""The task documents and recipes of well-known networks belong together."""

import json

import pytest
from divisi_importer.documents import folder, read_document

RECIPES = sorted(folder("tasks").glob("*.recipe.json"))


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.name)
def test_recipe_arranges_what_its_document_names(path):
    recipe = json.loads(path.read_text())
    task = read_document(path.parent / recipe["task"], "task")
    names = recipe.get("names", {})
    ports = {port["name"] for port in task["inputs"] + task["outputs"]}
    assert {names.get(name, name) for name in recipe["layouts"]} == ports


def test_every_document_has_a_recipe():
    documents = {p.name for p in folder("tasks").glob("*.json") if p.name.count(".") == 1}
    assert documents
    assert documents == {json.loads(path.read_text())["task"] for path in RECIPES}
