"""Basket: what a customer is about to order, and its checkout."""
