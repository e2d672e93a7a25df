table=$(echo "one two" | sh chunker/chunk.sh | sh chunker/store.sh)
check "a table has a head" "id offset length text" "$(echo "$table" | head -n 1 | xargs)"
check "rows follow the head" "one two" "$(echo "$table" | sed -n 2p | cut -f 4)"
