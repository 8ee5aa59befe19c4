package scenario

import (
	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// stage is a stage that does what the steps say. It implements
// [stream.Transformer].
type stage struct {
	driver    *driver
	spec      *stageSpec
	index     int
	transform *stream.Transform
	onDone    func() // the method done; kept, so that no call allocates one

	busy     bool // a call is in progress; it has:
	flushing bool
	step     *step
	bytes    int64 // of the chunk

	calls    int64 // chunks that came in
	bytesIn  int64
	bytesOut int64
	ledger   *ledger.Ledger // of the stage as a destination; nil if it is not to be drawn
}

// mostDrawn is how many stages have a series.
const mostDrawn = 64

func newStage(d *driver, index int) *stage {
	g := &stage{driver: d, spec: &d.scenario.stages[index], index: index}
	g.onDone = g.done
	if index < mostDrawn {
		g.ledger = ledger.New(1)
		g.ledger.KeepSeries()
	}
	g.transform = d.machine.NewTransform(stream.TransformOptions{
		HighWaterMark:         markOr(g.spec.mark, g.spec.objects),
		ReadableHighWaterMark: markOr(g.spec.readableMark, g.spec.readableObjects),
		Objects:               g.spec.objects,
		ReadableObjects:       g.spec.readableObjects,
		Transformer:           g,
	})
	return g
}

// note notes an event of the stage as a destination.
func (g *stage) note(e *stream.Event) {
	switch e.Kind {
	case stream.Write, stream.Drain, stream.Finish:
		if g.ledger != nil {
			told := *e
			told.Dst = 0
			g.ledger.Event(g.driver.now(), &told)
		}
	}
}

// series returns how the stage went as a destination.
func (g *stage) series() []ledger.Bucket {
	now, in := g.driver.now(), g.transform.In()
	g.ledger.Moved(now, 0, g.bytesIn)
	g.ledger.Buffered(now, 0, in.Length(), in.Stats().PeakLength)
	return g.ledger.Series(now).Destinations[0]
}

// Transform implements [stream.Transformer].
func (g *stage) Transform(bytes int64) {
	step := &g.spec.steps[g.calls%int64(len(g.spec.steps))]
	g.calls++
	g.bytesIn += bytes
	g.begin(step, bytes, false)
}

// Flush implements [stream.Transformer].
func (g *stage) Flush() {
	if g.spec.flush == nil {
		g.transform.Flushed(stream.Error{})
		return
	}
	g.begin(g.spec.flush, 0, true)
}

func (g *stage) begin(step *step, bytes int64, flushing bool) {
	g.step, g.bytes, g.flushing, g.busy = step, bytes, flushing, true
	g.driver.inside(step)
	g.driver.when(step, bytes, g.onDone, transformed, g.index)
}

// done ends the call in progress: what comes of it is pushed, and then it is
// answered.
func (g *stage) done() {
	g.busy = false
	if g.ledger != nil {
		g.ledger.Moved(g.driver.now(), 0, g.bytesIn)
	}
	step := g.step
	if step.outIn {
		g.push(g.bytes)
	}
	for _, size := range step.out {
		g.push(size)
	}
	if g.flushing {
		g.transform.Flushed(step.err)
	} else {
		g.transform.Transformed(step.err)
	}
}

func (g *stage) push(size int64) {
	g.bytesOut += size
	g.transform.Out().Push(size)
}
