package ledger

// Side is one side of a copy.
type Side int

// The sides. Neither is the answer while bytes move, and while the program itself
// holds the source.
const (
	Neither Side = iota
	SourceSide
	DestinationSide
)

// String is the word for it in messages, and nothing for [Neither].
func (s Side) String() string {
	switch s {
	case SourceSide:
		return "source"
	case DestinationSide:
		return "destination"
	}
	return ""
}
