"""Where the sounds of the training songs come from."""
