#!/bin/sh
# Puts the head of the chunk table above the rows it reads.
# Usage: store.sh < rows > table
cat "$(dirname "$0")/../schema/chunks.tsv" -
