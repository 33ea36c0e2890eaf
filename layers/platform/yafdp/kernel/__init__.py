"""What every service shares: event envelope, journal and outbox, ids, clock, errors, HTTP, observability, clients."""
