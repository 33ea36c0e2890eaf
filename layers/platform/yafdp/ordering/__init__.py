"""Ordering: accepts orders, keeps each one's state and history, and starts its saga."""
