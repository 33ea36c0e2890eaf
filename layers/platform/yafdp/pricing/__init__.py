"""Pricing: what an order costs, by the house's rules. Called through the internal API; owns no table."""
