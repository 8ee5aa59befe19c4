package stream

// Transformer is the driver of a [Transform]. It answers each request inside the
// call or at any later time, and there is never more than one outstanding.
type Transformer interface {
	// Transform asks for what becomes of a chunk, as Node's _transform does. The
	// driver pushes any number of chunks to the readable side and then calls
	// [Transform.Transformed].
	Transform(bytes int64)
	// Flush asks for what is left when all is written, as Node's _flush does. The
	// driver pushes that and then calls [Transform.Flushed].
	Flush()
}

// TransformOptions describes one stage.
type TransformOptions struct {
	// HighWaterMark is where writes into the stage start to return false, in bytes or
	// in chunks.
	HighWaterMark int64
	// ReadableHighWaterMark is how much may wait behind the stage before it takes no
	// more in.
	ReadableHighWaterMark int64
	Objects               bool // the writable side counts chunks
	ReadableObjects       bool // the readable side counts chunks
	Transformer           Transformer
}

// Transform is a stage between a source and its destinations: what is written to
// one side comes out at the other, changed. Each side has its own buffer and its
// own mark. Node's stream.Transform.
type Transform struct {
	in     *Writable
	out    *Readable
	driver Transformer
	before int64 // readable length when the chunk was taken in
	held   bool  // the chunk is done, and the writable side is told with the next read
}

// NewTransform adds a stage to the machine.
func (m *Machine) NewTransform(opts TransformOptions) *Transform {
	t := &Transform{driver: opts.Transformer}
	t.in = m.newWritable(WritableOptions{HighWaterMark: opts.HighWaterMark, Objects: opts.Objects, Sink: inlet{t}, Final: t.flush}, FromStage, m.stages)
	t.out = m.newReadable(ReadableOptions{HighWaterMark: opts.ReadableHighWaterMark, Objects: opts.ReadableObjects, Source: inlet{t}}, FromStage, m.stages)
	t.in.life.r = t.out
	t.out.life = t.in.life
	m.stages++
	return t
}

// In is the side that is written to.
func (t *Transform) In() *Writable { return t.in }

// Out is the side that is read.
func (t *Transform) Out() *Readable { return t.out }

// inlet is how the two sides ask the stage.
type inlet struct{ t *Transform }

// Write implements [Sink].
func (i inlet) Write(bytes int64, _ int) {
	i.t.before = i.t.out.length
	i.t.driver.Transform(bytes)
}

// Read implements [Source]. What is read makes room for the next chunk.
func (i inlet) Read() {
	if i.t.held {
		i.t.held = false
		i.t.in.Done()
	}
}

// Transformed tells that the chunk is dealt with. The next one is taken in once
// there is room for what comes of it.
func (t *Transform) Transformed(err Error) {
	switch {
	case !err.IsZero():
		t.in.Fail(err)
	case t.out.ended:
		t.in.m.NextTick(t.in.Done)
	case t.in.ended || t.out.length == t.before || t.out.length < t.out.opts.HighWaterMark:
		t.in.Done()
	default:
		t.held = true
	}
}

// flush is asked when all is written.
func (t *Transform) flush() {
	t.driver.Flush()
}

// Flushed tells that nothing more comes.
func (t *Transform) Flushed(err Error) {
	if err.IsZero() {
		t.out.End()
	}
	t.in.Finalized(err)
}
