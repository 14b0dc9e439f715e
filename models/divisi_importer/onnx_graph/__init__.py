"""Reading ONNX files: checked, cut, and made static."""
