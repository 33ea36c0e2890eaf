"""YAFDP: the rooms behind the doors. One package per service, and the kernel that they share."""
