"""Delivery: finds a courier for an order, and frees the courier again."""
