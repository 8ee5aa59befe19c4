package scenario

import "bpcopy/internal/stream"

// Scenario is a script that was read and found to be sound. [Parse] makes one.
type Scenario struct {
	Name        *string  // nil where it has none
	Description string   // for people
	Expect      []string // conditions for its summary; Run leaves them alone

	file       string // what to call it in errors
	chunks     chunks
	source     sourceSpec
	dests      []destSpec
	actions    []action
	prefill    []int64
	pipeline   bool
	keepOpen   bool
	heedless   bool   // pipes do not wait when write() returns false
	pauseAfter *int64 // ms to pause for after each chunk
}

// Destinations is how many there are.
func (s *Scenario) Destinations() int { return len(s.dests) }

// Size is how many bytes the source delivers, if it gets to its end.
func (s *Scenario) Size() int64 {
	if s.chunks.count == 0 {
		return 0
	}
	if s.chunks.list == nil {
		return max(0, s.chunks.count-1)*s.chunks.size + s.chunks.lastSize
	}
	var size int64
	for _, c := range s.chunks.list {
		size += c.size
	}
	return size
}

// ChunkSize is the size of the largest chunk.
func (s *Scenario) ChunkSize() int64 {
	var size int64
	switch s.chunks.count {
	case 0:
	case 1:
		size = s.chunks.lastSize
	default:
		size = s.chunks.size
	}
	for _, c := range s.chunks.list {
		size = max(size, c.size)
	}
	return size
}

// HighWaterMark is that of the first destination, or 0 where there is none.
func (s *Scenario) HighWaterMark() int64 {
	if len(s.dests) == 0 {
		return 0
	}
	return *s.dests[0].highWaterMark
}

// LowWaterMark is that of the first destination, or 0 where there is none.
func (s *Scenario) LowWaterMark() int64 {
	if len(s.dests) == 0 {
		return 0
	}
	return *s.dests[0].lowWaterMark
}

// ReadAhead is the mark of the source.
func (s *Scenario) ReadAhead() int64 { return s.source.highWaterMark }

// chunks are what the source delivers: a list, or a number of equal ones, which
// may be larger than any list.
type chunks struct {
	list     []chunk
	count    int64
	size     int64
	lastSize int64
	startMS  int64
	everyMS  int64
}

type chunk struct {
	size int64
	atMS int64
}

func (c *chunks) len() int64 { return c.count }

// at is the i-th chunk and the time before which it is not there.
func (c *chunks) at(i int64) chunk {
	switch {
	case c.list != nil:
		return c.list[i]
	case i == c.count-1:
		return chunk{c.lastSize, c.startMS + i*c.everyMS}
	}
	return chunk{c.size, c.startMS + i*c.everyMS}
}

// mode is how the source delivers.
type mode int

const (
	modeAsync mode = iota // a chunk some time after each request
	modeSync              // inside the request, if it is time
	modePush              // unasked
)

func modes() []string { return []string{"async", "sync", "push"} }

type sourceSpec struct {
	highWaterMark int64
	mode          mode
	latencyMS     int64
	endWithLast   bool // the end is known with the last chunk
	endMS         int64
}

// destSpec describes a destination. What is not set is as for all destinations.
type destSpec struct {
	highWaterMark *int64
	lowWaterMark  *int64
	writev        *bool
	sink          []step
	overrides     map[int64]step // by number of the sink call
	constructMS   *int64
}

// step is what a sink does with one call.
type step struct {
	sync       bool // done inside the call
	tick       bool // done on a tick
	never      bool
	latencyMS  int64
	bytesPerMS int64 // 0 is no limit
	err        stream.Error
}

// deed is what an action does.
type deed int

const (
	doPause deed = iota
	doResume
	doUnpipe
	doUnpipeAll
	doRepipe
	doDestroySrc
	doDestroyDest
	doEndDest
	doWriteDest
	doCork
	doUncork
	doRead
)

func deeds() []string {
	return []string{"pause", "resume", "unpipe", "unpipe_all", "repipe", "destroy_src",
		"destroy_dest", "end_dest", "write_dest", "cork", "uncork", "read"}
}

// concernsDest reports whether the action is one upon a destination.
func (d deed) concernsDest() bool {
	switch d {
	case doPause, doResume, doUnpipeAll, doDestroySrc, doRead:
		return false
	}
	return true
}

// action is something that a program does at some time.
type action struct {
	atMS  int64
	do    deed
	dest  int
	bytes int64
	err   stream.Error
}
