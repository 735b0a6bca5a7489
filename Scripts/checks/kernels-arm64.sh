#!/bin/sh
# Builds the kernels for arm64 and runs their check in an emulator, where qemu-user and the C library
# for arm64 are installed (Debian: qemu-user, libc6-dev-arm64-cross, libgcc-12-dev-arm64-cross,
# binutils-aarch64-linux-gnu).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
kernels=$here/../../Sources/CLSTMKernels
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gcc=$(find /usr/lib/gcc-cross/aarch64-linux-gnu -maxdepth 1 -mindepth 1 | sort -V | tail -n 1)
clang --target=aarch64-linux-gnu -O2 -Wall -Wextra --ld-path="$(command -v aarch64-linux-gnu-ld)" \
  -B"$gcc" -L"$gcc" -L/usr/aarch64-linux-gnu/lib -B/usr/aarch64-linux-gnu/lib \
  -isystem /usr/aarch64-linux-gnu/include \
  -I"$kernels/include" "$kernels"/*.c "$here/kernels.c" -static -lm -o "$work/check"
qemu-aarch64 "$work/check"
