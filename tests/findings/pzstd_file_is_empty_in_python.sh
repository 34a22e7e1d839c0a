#!/usr/bin/env bash
# Of a file by pzstd, Python's zstandard gives nothing by one call, an error by another, and all of it by a third.
#
# A good guess: pzstd belongs to zstd, `zstd -d` reads its files, and so does every binding of the library.
# What happens: pzstd puts a skippable frame in front of each of its frames, which is valid (RFC 8878 §3.1.2).
# `decompressobj().decompress()` takes that for the end and gives b"", without an error. `decompress()` raises
# "decompressed 0 bytes; expected 4". `stream_reader` and `open` give the whole text, also of several frames.
# Why it matters: a roster or a database dump that was packed on several cores is empty to one program and right to
# another. An empty list of people is what a guard against mass deactivation has to catch.
# Seen with: zstandard 0.25.0 (Python), pzstd of zstd 1.5.4 (Debian bookworm).
set -euo pipefail
command -v pzstd >/dev/null || apt-get install -yqq zstd >&2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/venv"
"$dir/venv/bin/pip" install -q --disable-pip-version-check zstandard==0.25.0 >&2
cd "$dir"

printf 'sourcedId,name\n1,A\n2,B\n' > users.csv
pzstd -q users.csv -o users.csv.zst
zstd -qdc users.csv.zst | cmp - users.csv

venv/bin/python - <<'PY'
import io, sys, zstandard

packed, text = open("users.csv.zst", "rb").read(), open("users.csv", "rb").read()
by_object = zstandard.ZstdDecompressor().decompressobj().decompress(packed)
try:
    by_call = zstandard.ZstdDecompressor().decompress(packed)
except zstandard.ZstdError as error:
    by_call = str(error)
by_stream = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)).read()
print("decompressobj:", by_object, "- decompress:", by_call, "- stream_reader:", by_stream)
as_stated = (by_object, by_stream) == (b"", text) and by_call == "decompression error: decompressed 0 bytes; expected 4"
sys.exit(0 if as_stated else "This is no longer so.")
PY
