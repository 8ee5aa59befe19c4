// Package side has one type: the side of a copy that something is said of.
package side

// Side is one side of a copy.
type Side int

// The sides. Neither is said while both move, and while the program itself holds
// the source.
const (
	Neither Side = iota
	Source
	Destination
)

// String is the word for it in messages, and nothing for [Neither].
func (s Side) String() string {
	switch s {
	case Source:
		return "source"
	case Destination:
		return "destination"
	}
	return ""
}
