"""Aborts, with the fault handler showing where."""
import faulthandler
import os

faulthandler.enable()
os.abort()
