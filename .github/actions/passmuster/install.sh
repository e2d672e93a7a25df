#!/usr/bin/env bash
# Puts a passmuster on the PATH whose bytes are known: the released binary when checksums.txt beside this file names its
# archive, else one built from the sources of the very commit that the workflow pins.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source=$(cd "$here/../../.." && pwd)
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$source/Cargo.toml" | head -n 1)
releases=${PASSMUSTER_RELEASES:-https://github.com/passmuster/passmuster/releases/download}

case "$(uname -s)-$(uname -m)" in
Linux-x86_64) target=x86_64-unknown-linux-gnu ;;
Darwin-arm64) target=aarch64-apple-darwin ;;
Darwin-x86_64) target=x86_64-apple-darwin ;;
MINGW*-x86_64 | MSYS*-x86_64) target=x86_64-pc-windows-msvc ;;
*) target=none ;;
esac

name=passmuster-v$version-$target
archive=$name.tar.gz
expected=$(awk -v archive="$archive" '$2 == archive || $2 == "*" archive { print $1 }' "$here/checksums.txt")
folder=$RUNNER_TEMP/passmuster-$version
mkdir -p "$folder"

checksum() {
  if command -v sha256sum >/dev/null; then sha256sum "$1"; else shasum -a 256 "$1"; fi | cut -d ' ' -f 1
}

if [ -n "$expected" ]; then
  curl --fail --silent --show-error --location --retry 3 --proto '=https,file' --output "$folder/$archive" \
    "$releases/v$version/$archive"
  actual=$(checksum "$folder/$archive")
  if [ "$actual" != "$expected" ]; then
    echo "::error title=passmuster::$archive has the checksum $actual, not $expected: it is not what was released"
    exit 3
  fi
  tar -xzf "$folder/$archive" -C "$folder" --strip-components=1
else
  echo "no released binary for $target is pinned; building $version from source, which takes some minutes"
  cargo build --release --locked --manifest-path "$source/Cargo.toml" --target-dir "$folder/target"
  find "$folder/target" -type f \( -name passmuster -o -name passmuster.exe \) -path '*/release/*' \
    -not -path '*/deps/*' -exec cp {} "$folder/" \;
fi

"$folder/passmuster" --version
echo "$folder" >>"$GITHUB_PATH"
