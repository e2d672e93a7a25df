old=$(echo "one two three" | sh chunker/chunk.sh 9 | sh chunker/store.sh)
new=$(echo "$old" | sh schema/001-expand.sh)
check "the expanded table says what it holds" checksum "$(echo "$new" | head -n 1 | cut -f 5)"
check "old columns are kept" "$old" "$(echo "$new" | cut -f 1-4)"
check "every row has a checksum" 2 "$(echo "$new" | sed 1d | cut -f 5 | grep -c '^[0-9][0-9]*$')"
check "expanding twice changes nothing" "$new" "$(echo "$new" | sh schema/001-expand.sh)"
