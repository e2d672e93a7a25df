#!/bin/sh
# Runs every tests/*_test.sh and counts what it checked (TAP).
cd "$(dirname "$0")/.." || exit 2
count=0
failed=0

# check NAME EXPECTED ACTUAL
check() {
    count=$((count + 1))
    if [ "$2" = "$3" ]; then
        echo "ok $count - $1"
    else
        failed=$((failed + 1))
        echo "not ok $count - $1"
        echo "# expected '$2', found '$3'"
    fi
}

for file in tests/*_test.sh; do
    . "./$file"
done
echo "1..$count"
[ "$failed" -eq 0 ]
