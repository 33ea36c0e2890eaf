"""MiniStack with the differences from AWS that matter to us put right: one file a bridge."""
