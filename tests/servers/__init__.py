"""Servers that tests start: those of Debian, each in a folder of its own, on a free port of this machine."""
