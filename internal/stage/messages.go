package stage

import (
	"bufio"
	"io"
	"strings"
)

// mostMessage is how long a message may be. A longer one is told in pieces.
const mostMessage = 1000

// hear tells each line that comes, until there is none.
func hear(from io.Reader, told func(message string)) {
	lines := bufio.NewReaderSize(from, mostMessage)
	for {
		line, err := lines.ReadSlice('\n')
		if text := strings.TrimRight(string(line), "\r\n"); text != "" {
			told(text)
		}
		if err != nil && err != bufio.ErrBufferFull {
			return
		}
	}
}
