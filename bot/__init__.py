"""The process: settings, logs, command line and the composition of all parts."""
