"""Finds the packages of the four folders, which a list in pyproject.toml would have to name one by one."""

from setuptools import find_packages, setup

FOLDERS = ("bot", "models", "storage", "sandbox")
INSIDE = find_packages(include=[pattern for folder in FOLDERS for pattern in (folder, f"{folder}.*")])

setup(packages=["tempera", *(f"tempera.{package}" for package in INSIDE)])
