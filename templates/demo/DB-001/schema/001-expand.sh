#!/bin/sh
# Expands a chunk table by a checksum column; a table that has one stays as it is.
# Usage: 001-expand.sh < table > expanded
awk '
    BEGIN {
        FS = OFS = "\t"
        for (code = 1; code < 128; code++) value[sprintf("%c", code)] = code
    }
    NR == 1 { done = NF > 4 }
    done { print; next }
    NR == 1 { print $0, "checksum"; next }
    {
        sum = 0
        for (i = 1; i <= length($4); i++) sum = (sum * 31 + value[substr($4, i, 1)]) % 65521
        print $0, sum
    }
'
