"""Turns published model weights into divisi model files (models/FORMAT.md)."""
