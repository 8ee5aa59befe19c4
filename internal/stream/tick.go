package stream

// tick is one entry of Node's process.nextTick queue. Every kind is a pointer, so that
// booking one allocates nothing.
type tick interface{ run() }

// The kinds of ticks.
type (
	callTick       func()   // any call
	resumeTick     Readable // the flow starts
	flowTick       Readable // hand out what is buffered
	readMoreTick   Readable // refill
	afterWriteTick Writable // a write completed inside its request
)

func (t callTick) run()        { t() }
func (t *resumeTick) run()     { (*Readable)(t).resumeTick() }
func (t *flowTick) run()       { (*Readable)(t).flowTick() }
func (t *readMoreTick) run()   { (*Readable)(t).readMoreTick() }
func (t *afterWriteTick) run() { (*Writable)(t).afterWrite() }
