"""Support: tells the people who look after customers what they must know early."""
