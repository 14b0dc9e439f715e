"""Turns networks in the ONNX format into divisi model files (models/FORMAT.md).

python -m divisi_importer FILE.onnx --task TASK.json -o MODEL.safetensors
"""
