status_of() { echo "text" | sh chunker/chunk.sh "$1" > /dev/null 2>&1; echo $?; }
check "a size that is a word is refused" 2 "$(status_of "eight")"
check "a size of zero is refused" 2 "$(status_of 0)"
check "a size above 4096 is refused" 2 "$(status_of 5000)"
