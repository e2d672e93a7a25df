# Cuts the text into pieces of at most `size` characters, behind a blank where there is one; a line
# end counts as a blank.
{ text = text (NR > 1 ? " " : "") $0 }

function cut(at) {
    if (length(text) <= size) return length(text)
    for (at = size; at > 0; at--)
        if (substr(text, at, 1) == " ") return at
    return size
}

END {
    while (length(text) > 0) {
        piece = substr(text, 1, cut())
        printf "%d\t%d\t%d\t%s\n", ++id, offset, length(piece), piece
        offset += length(piece)
        text = substr(text, length(piece) + 1)
    }
}
