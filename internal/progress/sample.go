package progress

import "time"

// Side is an end of the copy.
type Side int

// The sides that a copy can be stuck at.
const (
	SideNone Side = iota
	SideSource
	SideDestination
)

// String returns the side's name, and nothing for [SideNone].
func (s Side) String() string {
	switch s {
	case SideSource:
		return "source"
	case SideDestination:
		return "destination"
	}
	return ""
}

// abbreviation returns the side's name where room is short.
func (s Side) abbreviation() string {
	switch s {
	case SideSource:
		return "src"
	case SideDestination:
		return "dst"
	}
	return ""
}

// Sample is what a copy says of itself at one moment.
type Sample struct {
	Bytes int64 // taken by every destination
	Size  int64 // expected, in bytes; -1 where it is not known

	Pauses, Drains, Resumes int64

	Buffered      int64 // bytes that wait for the destination
	HighWaterMark int64 // bytes; 0 where there is none to show

	// LastMoved is the last moment at which a byte moved at either end, or the
	// start of the copy before the first has.
	LastMoved time.Time
	// Stuck is the side that the copy waits for.
	Stuck Side
}
