"""Writes one JSON file of reference values beside this one, with where its numbers come from."""

import json
import pathlib
import platform


def write(name, description, packages, tables):
    versions = {package.__name__: package.__version__ for package in packages}
    versions["python"] = platform.python_version()
    origin = {"script": f"{name}.py", "description": description, "versions": versions}
    parts = [f'"origin": {json.dumps(origin)}']
    for table, cases in tables.items():
        rows = ",\n".join(f" {json.dumps(case)}" for case in cases)
        parts.append(f'"{table}": [\n{rows}\n]')
    path = pathlib.Path(__file__).with_name(f"{name}.json")
    path.write_text("{\n" + ",\n".join(parts) + "\n}\n")
