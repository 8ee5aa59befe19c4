package stream

// Source is the reading side of a driver.
type Source interface {
	// Read asks for one chunk, as Node's _read does. The driver answers with one
	// [Readable.Push] or [Readable.End], inside the call or later. There is never
	// more than one request outstanding.
	Read()
}

// Sink is the writing side of a driver.
type Sink interface {
	// Write asks for the next bytes of the queue to be written: one chunk, as
	// Node's _write does, or several, as _writev does. The driver answers with one
	// [Writable.Done] or [Writable.Fail], inside the call or later. There is never
	// more than one request outstanding.
	Write(bytes int64, chunks int)
}

// Observer sees every event at the moment it happens, before the machine acts
// on it. The event is valid during the call only. An observer must not call the
// machine.
type Observer interface {
	Event(*Event)
}

// Machine holds one readable, the writables it feeds, and the work that waits
// for the current call stack to end. Make one with [New].
type Machine struct {
	observer Observer
	rules    Rules
	event    Event // reused, so that an event costs no allocation
	ticks    queue[tick]
	causes   []Cause // why the code that runs now runs; innermost last
	sources  int32   // how many there are
	dsts     int     // the same
	stages   int32   // the same
	length   int64   // sum of all lengths
	peak     int64   // the largest that it was
}

// New returns a machine that goes by the rules of one of Node's lines, and tells
// its events to observer, which may be nil.
func New(observer Observer, rules Rules) *Machine {
	return &Machine{observer: observer, rules: rules}
}

// Settle runs the booked ticks, and those they book, until none is left: what
// Node does between two callbacks from its event loop.
func (m *Machine) Settle() {
	for m.ticks.n > 0 {
		m.ticks.pop().run()
	}
}

// ByUser runs act, whose pauses and resumes then count as the user's own.
func (m *Machine) ByUser(act func()) {
	m.within(CauseUser, act)
}

// NextTick books a call for when the current call stack has ended: Node's
// process.nextTick.
func (m *Machine) NextTick(call func()) {
	m.ticks.push(callTick(call))
}

// PeakLength is the most that was buffered at one moment, at both ends together.
func (m *Machine) PeakLength() int64 { return m.peak }

// within runs act with cause as the reason of whatever it sets off.
func (m *Machine) within(cause Cause, act func()) {
	m.enter(cause)
	act()
	m.leave()
}

func (m *Machine) enter(cause Cause) { m.causes = append(m.causes, cause) }
func (m *Machine) leave()            { m.causes = m.causes[:len(m.causes)-1] }

// cause is the reason of what happens now.
func (m *Machine) cause() Cause {
	if len(m.causes) == 0 {
		return CauseOther
	}
	return m.causes[len(m.causes)-1]
}

// grow adds to the sum of all lengths.
func (m *Machine) grow(n int64) {
	m.length += n
	m.peak = max(m.peak, m.length)
}

// emit tells the observer of an event.
func (m *Machine) emit(e Event) {
	if m.observer == nil {
		return
	}
	m.event = e
	m.observer.Event(&m.event)
}
