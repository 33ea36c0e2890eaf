"""Posts: what people write about food, what is named in it, and who is told."""
