"""The process: settings, logs, wiring, clock, sender, texts and the command line."""
