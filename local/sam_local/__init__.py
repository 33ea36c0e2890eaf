"""The real `sam local`: the functions in containers, with the running platform's data behind them (docs/sam-local.md)."""
