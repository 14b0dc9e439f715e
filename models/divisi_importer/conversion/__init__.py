"""Turns a static ONNX graph into a divisi graph, channels last, with as few transposes as can be."""
