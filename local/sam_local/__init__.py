"""The real `sam local`: functions in containers, with the running platform's data (docs/sam-local.md)."""
