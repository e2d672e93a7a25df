#!/bin/sh
# Cuts standard input into chunks: one row each with id, offset, length, text.
# Usage: chunk.sh [SIZE] < text
awk -v size="${1:-80}" -f "$(dirname "$0")/split.awk"
