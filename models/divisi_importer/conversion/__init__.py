"""Turns a static ONNX graph into a divisi graph: channels last, with few transposes."""
