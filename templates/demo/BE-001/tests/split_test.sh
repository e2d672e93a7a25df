pieces() { echo "$1" | sh chunker/chunk.sh "$2" | cut -f 4; }
sentence="one two three four"
check "words stay whole" "one two |three |four" "$(pieces "$sentence" 9 | paste -s -d '|' -)"
check "a word longer than a chunk is cut" "abcd|ef" "$(pieces "abcdef" 4 | paste -s -d '|' -)"
check "no character is lost" "$sentence" "$(pieces "$sentence" 9 | tr -d '\n')"
