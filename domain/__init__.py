"""Pure rules: values, enums and functions from state to decision. Standard library only, nothing async."""
