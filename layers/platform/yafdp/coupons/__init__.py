"""Coupons: taken over from the old system, whose clients go on as before."""
