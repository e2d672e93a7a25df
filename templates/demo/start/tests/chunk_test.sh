rows=$(echo "one two three" | sh chunker/chunk.sh 9)
check "a long text gives several chunks" 2 "$(echo "$rows" | wc -l | tr -d ' ')"
check "ids count from one" "1 2" "$(echo "$rows" | cut -f 1 | xargs)"
check "no text gives no chunk" "" "$(printf '' | sh chunker/chunk.sh 8)"
