"""Telegram in, Telegram out. One folder a feature: callbacks (what buttons carry), screens (pure), routes (thin)."""
