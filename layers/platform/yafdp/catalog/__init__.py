"""Catalog: restaurants, their menus, and the stock of each item."""
