package stream

// tickKind says what a tick does. The frequent ones have a kind of their own, so
// that booking them allocates nothing; the rest are calls.
type tickKind uint8

const (
	tickCall       tickKind = iota // run call
	tickResume                     // Readable: the flow starts
	tickFlow                       // Readable: hand out what is buffered
	tickReadMore                   // Readable: refill
	tickAfterWrite                 // Writable: a write completed inside its request
)

// tick is one entry of Node's process.nextTick queue.
type tick struct {
	kind tickKind
	r    *Readable
	w    *Writable
	call func()
}

func (t tick) run() {
	switch t.kind {
	case tickCall:
		t.call()
	case tickResume:
		t.r.resumeTick()
	case tickFlow:
		t.r.flowTick()
	case tickReadMore:
		t.r.readMoreTick()
	case tickAfterWrite:
		t.w.afterWrite()
	}
}
