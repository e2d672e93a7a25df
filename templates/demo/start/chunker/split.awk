# Cuts the text into pieces of `size` characters; a line end counts as a blank.
{ text = text (NR > 1 ? " " : "") $0 }

END {
    while (length(text) > 0) {
        piece = substr(text, 1, size)
        printf "%d\t%d\t%d\t%s\n", ++id, offset, length(piece), piece
        offset += length(piece)
        text = substr(text, length(piece) + 1)
    }
}
