"""Notifications: decides who hears what, keeps the WebSocket connections, and pushes."""
