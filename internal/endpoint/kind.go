package endpoint

import "io/fs"

// Kind says what an operand turned out to be. Some kinds need special
// treatment.
type Kind int

// The kinds of things that can be read or written.
const (
	KindRegular Kind = iota
	KindPipe         // a pipe or FIFO
	KindSocket
	KindCharDevice // terminals included
	KindBlockDevice
	KindResponse // over HTTP
)

// String returns the kind's name.
func (k Kind) String() string {
	return [...]string{"regular file", "pipe", "socket", "character device", "block device", "response over HTTP"}[k]
}

// kindOf returns the kind of a file with that mode. Directories must have been
// refused before.
func kindOf(mode fs.FileMode) Kind {
	switch {
	case mode&fs.ModeNamedPipe != 0:
		return KindPipe
	case mode&fs.ModeSocket != 0:
		return KindSocket
	case mode&fs.ModeCharDevice != 0:
		return KindCharDevice
	case mode&fs.ModeDevice != 0:
		return KindBlockDevice
	default:
		return KindRegular
	}
}
