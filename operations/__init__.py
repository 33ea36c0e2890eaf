"""What an operator does to a deployed stack, in the cloud or on a laptop: take dead letters back, resume executions."""
