package scenario

import "bpcopy/internal/stream"

// Scenario is a script without mistakes. [Parse] makes one.
type Scenario struct {
	Name        *string  // nil if it has none
	Description string   // for people
	Expect      []string // conditions over the summary of a demo; not parsed here

	file               string       // its name in errors
	rules              stream.Rules // of the line of Node that it is run like
	sources            []sourceSpec // at least one
	stages             []stageSpec  // between the first source and the destinations
	dests              []destSpec
	writers            []writerSpec
	actions            []action
	prefill            []int64 // bytes of the chunks that destination 0 gets before the pipe
	pipeline           bool    // joined by a pipeline, not by pipes
	keepOpen           bool    // the end of the source does not end the destinations
	ignoreBackpressure bool    // the pipes into destinations do not wait when write() returns false
	pauseAfter         *int64  // length of the pause after each chunk, in ms; nil for none
}

// Follow makes runs go by the rules of another line of Node than the scenario
// names.
func (s *Scenario) Follow(rules stream.Rules) { s.rules = rules }

// Destinations returns the number of destinations.
func (s *Scenario) Destinations() int { return len(s.dests) }

// Size returns how many bytes the source delivers, if it gets to its end.
func (s *Scenario) Size() int64 {
	chunks := s.sources[0].chunks
	if chunks.count == 0 {
		return 0
	}
	if chunks.list == nil {
		return max(0, chunks.count-1)*chunks.size + chunks.lastSize
	}
	var size int64
	for _, c := range chunks.list {
		size += c.size
	}
	return size
}

// ChunkSize returns the size of the largest chunk in bytes.
func (s *Scenario) ChunkSize() int64 {
	chunks := s.sources[0].chunks
	var size int64
	switch chunks.count {
	case 0:
	case 1:
		size = chunks.lastSize
	default:
		size = chunks.size
	}
	for _, c := range chunks.list {
		size = max(size, c.size)
	}
	return size
}

// HighWaterMark returns that of the first destination in bytes, or 0 if there
// is no destination.
func (s *Scenario) HighWaterMark() int64 {
	if len(s.dests) == 0 {
		return 0
	}
	return *s.dests[0].highWaterMark
}

// LowWaterMark returns that of the first destination in bytes, or 0 if there is
// no destination.
func (s *Scenario) LowWaterMark() int64 {
	if len(s.dests) == 0 {
		return 0
	}
	return *s.dests[0].lowWaterMark
}

// ReadAhead returns the mark of the first source in bytes.
func (s *Scenario) ReadAhead() int64 { return s.sources[0].highWaterMark }

// ReadsObjects reports whether the first source counts chunks.
func (s *Scenario) ReadsObjects() bool { return s.sources[0].objects }

// WritesObjects reports whether the first destination counts chunks.
func (s *Scenario) WritesObjects() bool { return len(s.dests) > 0 && *s.dests[0].objects }

// StageMarks are the two marks of a stage, in bytes, or in chunks of a side of
// objects.
type StageMarks struct {
	Writable, Readable       int64
	Objects, ReadableObjects bool
}

// StageMarks returns the marks of the stages.
func (s *Scenario) StageMarks() []StageMarks {
	var marks []StageMarks
	for _, g := range s.stages {
		marks = append(marks, StageMarks{markOr(g.mark, g.objects), markOr(g.readableMark, g.readableObjects), g.objects, g.readableObjects})
	}
	return marks
}

// chunks are what the source delivers: a list of chunks, or count equal ones,
// more than any list could hold.
type chunks struct {
	list     []chunk // nil for equal chunks
	count    int64   // of either form
	size     int64   // of each equal chunk but the last
	lastSize int64
	startMS  int64 // when the first equal chunk is there
	everyMS  int64 // time from one equal chunk to the next
}

// chunk is one chunk of the source.
type chunk struct {
	size int64 // bytes
	atMS int64 // when it is there
}

func (c *chunks) len() int64 { return c.count }

// at returns the i-th chunk, from 0.
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
	modeSync              // a chunk inside the request, if it is there
	modePush              // chunks without requests
)

// modeNames returns the names of the modes, in their order.
func modeNames() []string { return []string{"async", "sync", "push"} }

// sourceSpec describes a source.
type sourceSpec struct {
	chunks        chunks
	total         *int64 // bytes of the chunks, while they are given that way
	mark          *int64 // highWaterMark, if it is given
	highWaterMark int64
	objects       bool  // it counts chunks
	perRead       int64 // chunks that come at once
	mode          mode
	latencyMS     int64 // from a request to its chunk, in modeAsync
	endWithLast   bool  // the end comes with the last chunk
	endMS         int64 // otherwise: the end does not come before this time
}

// destSpec describes a destination. While it is parsed, a field that is not set
// is nil; complete fills it in. Of the pointers, only constructMS may be nil
// afterwards.
type destSpec struct {
	highWaterMark *int64
	lowWaterMark  *int64
	objects       *bool
	writev        *bool
	final         *step           // nil if it has none
	sink          []step          // for the sink calls, in turn
	overrides     map[int64]*step // by number of the sink call, from 0
	constructMS   *int64          // when it is open; nil is from the start
}

// stageSpec describes a stage.
type stageSpec struct {
	mark, readableMark       *int64
	objects, readableObjects bool
	steps                    []step
	flush                    *step // nil if it has none
}

// writerSpec describes a program that writes by hand.
type writerSpec struct {
	dest  int
	atMS  int64
	count int64
	size  int64
	wait  bool // after a false, for the drain
	end   bool
}

// step is what a sink or a stage does with one call.
type step struct {
	do         []action     // inside the call
	out        []int64      // bytes of the chunks that a stage pushes, unless outIn
	outIn      bool         // a stage pushes the chunk as it came
	sync       bool         // it is done inside the call
	tick       bool         // it is done on the next tick
	never      bool         // it is never done
	latencyMS  int64        // otherwise: how long the call takes,
	bytesPerMS int64        // to which the time for its bytes is added; 0 is no limit
	err        stream.Error // the call fails, unless zero
}

// actionKind is what an action does.
type actionKind int

const (
	doPause actionKind = iota
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
	doAbort
	doPush
)

// actionNames returns the names of the actions, in the order of their kinds.
func actionNames() []string {
	return []string{"pause", "resume", "unpipe", "unpipe_all", "repipe", "destroy_src",
		"destroy_dest", "end_dest", "write_dest", "cork", "uncork", "read", "abort", "push"}
}

// concernsDest reports whether the action is done to one destination.
func (k actionKind) concernsDest() bool {
	switch k {
	case doPause, doResume, doUnpipeAll, doDestroySrc, doRead, doAbort, doPush:
		return false
	}
	return true
}

// action is something that a program does with the streams.
type action struct {
	atMS  int64
	do    actionKind
	dest  int          // index; 0 if the action concerns none
	src   int          // index of the source
	stage *int         // index of the stage that it is done to; nil for a source or a destination
	bytes int64        // to write or push
	err   stream.Error // to destroy a stream with; may be zero
}
