"""A stand-in for the X-Ray daemon and console: takes the SDK's datagrams and keeps the latest traces in memory."""
