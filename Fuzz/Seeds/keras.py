"""Inputs for Fuzz/Targets/keras.swift, made of the fixtures: python Fuzz/Seeds/keras.py FOLDER."""

import io
import pathlib
import sys
import zipfile

FIXTURES = pathlib.Path(__file__).parents[2] / "Tests/Fixtures/keras"

corpus = pathlib.Path(sys.argv[1])
corpus.mkdir(parents=True, exist_ok=True)
for name in ("keras2", "keras3"):
    outer = zipfile.ZipFile(FIXTURES / f"{name}.zip")
    files = zipfile.ZipFile(io.BytesIO(outer.read("files.zip")))
    for member in files.namelist():
        data = files.read(member)
        if member.endswith(".h5"):
            (corpus / f"{name}-{member}").write_bytes(b"\0" + data)
        elif member.endswith(".keras"):
            archive = zipfile.ZipFile(io.BytesIO(data))
            if not member.startswith("hostile"):
                (corpus / f"{name}-config-{member}").write_bytes(b"\2" + archive.read("config.json"))
            if member.startswith("hostile") or member.startswith("small"):
                (corpus / f"{name}-weights-{member}").write_bytes(b"\1" + archive.read("model.weights.h5"))
