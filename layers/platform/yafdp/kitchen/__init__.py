"""Kitchen: asks the restaurant to take an order on, and passes its answer back."""
