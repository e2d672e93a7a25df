#!/bin/sh
# Every script must parse, and no line may end in blanks or be longer than 100 characters.
cd "$(dirname "$0")/.." || exit 2
files=$(find chunker schema tests ci -name '*.sh' -o -name '*.awk' | sort)
status=0
for file in $files; do
    case $file in
        *.sh) sh -n "$file" || status=1 ;;
    esac
    awk -v name="$file" '
        /[ \t]$/ { print name ":" NR ": blanks at the end"; bad = 1 }
        length($0) > 100 { print name ":" NR ": longer than 100 characters"; bad = 1 }
        END { exit bad }
    ' "$file" || status=1
done
echo "$(echo "$files" | wc -l | tr -d ' ') files looked at"
exit $status
