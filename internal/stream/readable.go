package stream

// ReadableOptions describes the source.
type ReadableOptions struct {
	// HighWaterMark, in bytes, is how far the source is read ahead while nobody
	// takes its chunks.
	HighWaterMark int64
	// Objects makes the length and the mark count chunks: Node's objectMode.
	Objects bool
	// Source does the reading.
	Source Source
	// AfterData, when set, is called after each chunk has gone to the destinations:
	// a data listener behind those of the pipes.
	AfterData func()
}

// flow says whether chunks are handed out as they come.
type flow uint8

const (
	flowNone   flow = iota // nobody has asked yet: Node's null
	flowing                // true
	flowPaused             // false
)

// Readable is the bookkeeping of the source: a queue of chunks that were read
// and not yet handed out. Node's stream.Readable.
type Readable struct {
	*life
	m     *Machine // that of the life, one step nearer
	dst   int      // FromSource or FromStage
	index int32
	opts  ReadableOptions
	stats ReadableStats

	length int64 // bytes queued
	chunks queue[int64]
	flow   flow
	err    Error

	// The three flags that carry the fine ordering of Node's Readable; Node calls
	// them needReadable, emittedReadable and readingMore.
	needFlow   bool // the next chunk that is queued books a flow tick
	flowBooked bool // a flow tick is booked, or nothing has been taken since one
	moreBooked bool // a refill tick is booked

	reading      bool // a request is outstanding
	inRequest    bool // and Source.Read has not returned yet; true as well before the first one
	resumeBooked bool
	resumeCause  Cause
	resumeCaused bool // resumeCause is that of the next resume event
	ended        bool // the end is known
	endEmitted   bool

	pipes     []*pipe     // in order; one destination may stand here twice
	listening []*pipe     // those that take data, in order; a change makes a new list
	awaiting  []*Writable // those whose drain the source waits for: Node's awaitDrainWriters
	onEnd     listeners
}

// NewReadable adds a source to the machine.
func (m *Machine) NewReadable(opts ReadableOptions) *Readable {
	m.sources++
	r := m.newReadable(opts, FromSource, m.sources-1)
	r.inRequest = true
	return r
}

func (m *Machine) newReadable(opts ReadableOptions, dst int, index int32) *Readable {
	r := &Readable{life: &life{m: m}, m: m, opts: opts, dst: dst, index: index}
	r.life.r = r
	return r
}

// Length is Node's readableLength: bytes read and not yet handed out.
func (r *Readable) Length() int64 { return r.length }

// Stats counts what happened so far.
func (r *Readable) Stats() ReadableStats { return r.stats }

// Flowing reports whether chunks are handed out as they come.
func (r *Readable) Flowing() bool { return r.flow == flowing }

// Ended reports whether end was emitted.
func (r *Readable) Ended() bool { return r.endEmitted }

// Push answers a request to read with a chunk of size bytes; none means that
// there is nothing now. A source that is not asked may push as well. False says
// that no more is wanted; the chunk was taken all the same.
func (r *Readable) Push(size int64) bool {
	if size == 0 && !r.opts.Objects {
		r.reading = false
		r.readMore()
		return r.wantsMore()
	}
	if r.ended {
		r.Destroy(Fault(CodePushAfterEOF))
		return false
	}
	if r.destroyed || !r.err.IsZero() {
		return false
	}
	r.reading = false
	if r.flow == flowing && !r.inRequest && len(r.listening) > 0 && r.length == 0 {
		r.awaiting = r.awaiting[:0]
		r.data(size)
	} else {
		r.enqueue(size)
	}
	r.readMore()
	return r.wantsMore()
}

// End answers a request to read with the end of the source.
func (r *Readable) End() {
	r.reading = false
	if r.ended {
		return
	}
	r.ended = true
	if r.inRequest {
		if r.flow == flowing || r.needFlow || !r.m.rules.EndWaits {
			r.bookFlow()
		}
		return
	}
	r.needFlow = false
	r.flowBooked = true
	r.flowTick()
}

func (r *Readable) wantsMore() bool {
	return !r.ended && (r.length < r.opts.HighWaterMark || r.length == 0)
}

func (r *Readable) enqueue(size int64) {
	n := size
	if r.opts.Objects {
		n = 1
	}
	r.length += n
	r.stats.PeakLength = max(r.stats.PeakLength, r.length)
	r.m.grow(n)
	r.chunks.push(size)
	if r.needFlow {
		r.bookFlow()
	}
}

// data hands a chunk to every destination.
func (r *Readable) data(size int64) {
	r.stats.Data++
	r.stats.Bytes += size
	r.m.emit(Event{Kind: Data, Dst: r.dst, Index: r.index, Bytes: size, ReadableLength: r.length})
	r.m.enter(CauseBackpressure)
	for _, p := range r.listening {
		p.data(size)
	}
	r.m.leave()
	if r.opts.AfterData != nil {
		r.opts.AfterData()
	}
}

// Pause stops the handing out of chunks; reading goes on up to the mark.
func (r *Readable) Pause() {
	if r.flow == flowPaused || r.m.rules.DestroyedStays && r.destroyed {
		return
	}
	r.flow = flowPaused
	cause := r.m.cause()
	if cause == CauseInitial {
		cause = CausePipeNeedDrain
	}
	r.stats.Pauses[cause]++
	r.m.emit(Event{Kind: Pause, Dst: r.dst, Index: r.index, Cause: cause, ReadableLength: r.length})
}

// Resume lets chunks be handed out again, from the next tick on.
func (r *Readable) Resume() {
	if r.flow == flowing || r.m.rules.DestroyedStays && r.destroyed {
		return
	}
	if !r.resumeCaused {
		r.resumeCause, r.resumeCaused = r.m.cause(), true
	}
	r.flow = flowing
	if !r.resumeBooked {
		r.resumeBooked = true
		r.m.ticks.push((*resumeTick)(r))
	}
}

func (r *Readable) resumeTick() {
	if !r.reading {
		r.fill()
	}
	r.resumeBooked = false
	cause := CauseOther
	if r.resumeCaused {
		cause, r.resumeCaused = r.resumeCause, false
	}
	r.stats.Resumes[cause]++
	r.m.emit(Event{Kind: Resume, Dst: r.dst, Index: r.index, Cause: cause, ReadableLength: r.length})
	r.handOut()
	if r.flow == flowing && !r.reading {
		r.fill()
	}
}
