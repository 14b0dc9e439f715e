"""The parts of the sample song's own synthesiser; make_sample.py puts them together."""
