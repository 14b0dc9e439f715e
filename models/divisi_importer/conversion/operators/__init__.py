"""How each ONNX operator becomes operators of the divisi graph; `table.py` lists them all."""
