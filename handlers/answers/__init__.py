"""«Кто придёт»: answers to notices, and a sheet of those to call."""
