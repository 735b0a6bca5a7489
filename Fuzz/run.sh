#!/bin/sh
# Fuzzes a reader: Fuzz/run.sh NAME SECONDS, where NAME is a file of Fuzz/Targets. Inputs that
# crash, hang or take too much memory are left in Fuzz/.build/NAME; each becomes a fixture under
# Tests/Fixtures/fuzz and a test.
#
# The readers, all of LSTMFormats, are compiled into the fuzzer itself, so that libFuzzer sees every
# branch; the modules below are linked as they are.
set -eu
name=${1:?"which target? $(ls "$(dirname "$0")/Targets" | sed 's/\.swift//' | tr '\n' ' ')"}
seconds=${2:-180}
here=$(cd "$(dirname "$0")" && pwd)
formats=$here/../Sources/LSTMFormats
target=$here/Targets/$name.swift
work=$here/.build/$name
mkdir -p "$work/corpus" "$work/found"

root=$(cd "$here/.." && pwd)
sources=$(find "$formats" -name '*.swift')
scratch=${FUZZ_MODULES:-$here/.build/modules}
swift build -c release --target LSTMFormats --package-path "$root" --scratch-path "$scratch"
modules="-I $scratch/release/Modules"
modules="$modules -I $scratch/checkouts/swift-numerics/Sources/_NumericsShims/include"
for module in LSTMCore CLSTMKernels RealModule _NumericsShims SwiftProtobuf; do
  modules="$modules $(find "$scratch/release/$module.build/" -name '*.o' | tr '\n' ' ')"
  map=$scratch/release/$module.build/module.modulemap
  if [ -e "$map" ]; then modules="$modules -Xcc -fmodule-map-file=$map"; fi
done
# What is open to the package is open to the fuzzer: a package is called after its folder.
package=$(basename "$root" | tr 'A-Z' 'a-z')
# shellcheck disable=SC2086  # the names of our own sources have no spaces
swiftc -O -sanitize=fuzzer,address -parse-as-library -swift-version 6 \
  -I "$here/../Sources/CZlib" -module-name Fuzz -package-name "$package" -o "$work/fuzzer" $modules $sources \
  "$here/Frame.swift" "$target"

# Begin with the files that the tests have of this kind, and with the seeds of the target.
find "$here/../Tests/Fixtures" -type f \
  \( -name "*.$name" -o -path "*/fuzz/$name-*" \) -size -64k -exec cp {} "$work/corpus/" \;
if [ -d "$here/Seeds/$name" ]; then cp "$here/Seeds/$name"/* "$work/corpus/"; fi
words=""
if [ -f "$here/Seeds/words.$name" ]; then words="-dict=$here/Seeds/words.$name"; fi
# shellcheck disable=SC2086  # the option has no spaces
exec "$work/fuzzer" $words -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=16384 \
  -artifact_prefix="$work/found/" -print_final_stats=1 "$work/corpus"
