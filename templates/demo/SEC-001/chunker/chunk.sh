#!/bin/sh
# Cuts standard input into chunks: one row each with id, offset, length, text.
# Usage: chunk.sh [SIZE] < text
size=${1:-80}
case $size in
    "" | *[!0-9]* | 0*)
        echo "chunk.sh: SIZE is a number from 1 to 4096" >&2
        exit 2
        ;;
esac
awk -v size="$size" -f "$(dirname "$0")/split.awk"
