"""Writes one JSON file of reference values beside this one, with where its numbers come from."""

import json
import pathlib
import platform


def write(name, description, packages, cases):
    versions = {package.__name__: package.__version__ for package in packages}
    versions["python"] = platform.python_version()
    table = {"origin": {"script": f"{name}.py", "description": description, "versions": versions}}
    table.update(cases)
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    path.write_text(json.dumps(table, indent=1) + "\n")
