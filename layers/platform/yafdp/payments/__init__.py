"""Payments: sets a customer's money aside, takes it, gives it back; through a payment gateway."""
