#!/bin/sh
# Remakes Sources/LSTMFormats/ONNX/Graph/Generated/onnx-subset.pb.swift from onnx-subset.proto.
#
# Needs protoc (made with 3.21) and protoc-gen-swift 1.39.0, built from
# https://github.com/apple/swift-protobuf by: swift build -c release --product protoc-gen-swift
# Give the folder of the latter as the first argument, if it is not on the PATH.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
PATH="${1:-}${1:+:}$PATH"
protoc --proto_path="$here" --swift_opt=Visibility=Internal \
  --swift_out="$here/../../Sources/LSTMFormats/ONNX/Graph/Generated" "$here/onnx-subset.proto"
