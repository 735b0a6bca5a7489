"""Inputs for Fuzz/Targets/pytorch.swift, made of the fixtures: python Fuzz/Seeds/pytorch.py FOLDER."""

import pathlib
import sys
import zipfile

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/pytorch"

corpus = pathlib.Path(sys.argv[1])
corpus.mkdir(parents=True, exist_ok=True)
for path in FIXTURES.iterdir():
    if path.name == "expected.json":
        continue
    (corpus / f"whole-{path.name}").write_bytes(b"\0" + path.read_bytes())
    # The members of no-checksums.pt have none, which zipfile minds.
    if zipfile.is_zipfile(path) and path.name != "no-checksums.pt":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if name.endswith("data.pkl"):
                    (corpus / f"zip-{path.name}").write_bytes(b"\1" + archive.read(name))
                    (corpus / f"legacy-{path.name}").write_bytes(b"\2" + archive.read(name))
