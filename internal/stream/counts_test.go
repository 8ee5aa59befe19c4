package stream_test

import (
	"fmt"
	"testing"

	"bpcopy/internal/stream"
)

// relay drives one source into its destinations without time: a chunk comes as
// soon as it is asked for, and writes are done only when no chunk can come.
type relay struct {
	machine *stream.Machine
	src     *stream.Readable
	dsts    []*relayed
	size    int64
	left    int64 // chunks to come
	inside  bool  // the source answers inside the request
	asked   bool
}

// relayed is a destination and whether it is asked to write.
type relayed struct {
	*stream.Writable
	asked  bool
	inside bool // it answers inside the request
	calls  int64
}

func (d *relayed) Write(int64, int) {
	d.calls++
	if d.inside {
		d.Done()
		return
	}
	d.asked = true
}

type relayOptions struct {
	readAhead    int64
	dsts         []stream.WritableOptions // their sinks are not used
	sourceInside bool
	sinkInside   bool
}

// newRelay makes one that is joined, and will deliver so many chunks.
func newRelay(chunks, size int64, opts relayOptions) *relay {
	r := &relay{machine: stream.New(nil, stream.Rules{}), size: size, left: chunks, inside: opts.sourceInside}
	r.src = r.machine.NewReadable(stream.ReadableOptions{HighWaterMark: opts.readAhead, Source: r})
	for _, o := range opts.dsts {
		d := &relayed{inside: opts.sinkInside}
		o.Sink = d
		d.Writable = r.machine.NewWritable(o)
		r.dsts = append(r.dsts, d)
	}
	for _, d := range r.dsts {
		r.src.Pipe(d.Writable, stream.PipeOptions{})
	}
	return r
}

func (r *relay) Read() {
	if r.inside {
		r.deliver()
		return
	}
	r.asked = true
}

func (r *relay) deliver() {
	if r.left == 0 {
		r.src.End()
		return
	}
	r.left--
	r.src.Push(r.size)
}

// run answers requests until none is left.
func (r *relay) run() {
	r.machine.Settle()
	for r.step() {
		r.machine.Settle()
	}
}

func (r *relay) step() bool {
	if r.asked {
		r.asked = false
		r.deliver()
		return true
	}
	for _, d := range r.dsts {
		if d.asked {
			d.asked = false
			d.Done()
			return true
		}
	}
	return false
}

// counts is how often what happened.
type counts struct {
	writesFalse, drains, pauses, resumes, sinkCalls, peakLength int64
}

func (r *relay) counts() counts {
	src, dst := r.src.Stats(), r.dsts[0].Stats()
	c := counts{
		writesFalse: dst.WritesFalse,
		drains:      dst.Drains,
		sinkCalls:   r.dsts[0].calls,
		peakLength:  dst.PeakLength,
	}
	for i := range src.Pauses {
		c.pauses += src.Pauses[i]
		c.resumes += src.Resumes[i]
	}
	return c
}

// predict is what arithmetic says of n chunks of equal size from a source that
// is always ready, into a sink that is slower than any burst.
func predict(n, size, high, readAhead int64, inside, writev bool) counts {
	burst := max(1, (high+size-1)/size) // writes up to the one that is false
	full, rest := n/burst, n%burst
	var undrained int64 // the last write was false, and the end known by then
	if rest == 0 && (inside || full >= 2 && burst*size < readAhead) {
		undrained = 1
	}
	c := counts{writesFalse: full, drains: full - undrained, sinkCalls: n, peakLength: min(n, burst) * size}
	c.resumes = 1 + c.drains // the first one starts the flow
	c.pauses = full
	if undrained == 0 {
		c.pauses++ // the last one is by the unpipe
	}
	if writev {
		c.sinkCalls = full*min(burst, 2) + min(rest, 2)
	}
	return c
}

func TestCountsAreArithmetic(t *testing.T) {
	sizes := []int64{1, 3, 1000, 16384, 65536}
	marks := []int64{0, 1, 2, 7, 16384, 65536}
	cases := 0
	for _, size := range sizes {
		for _, high := range marks {
			for _, readAhead := range []int64{1, 3000, 16384, 65536} {
				for n := range int64(17) {
					for variant := range 4 {
						inside, writev := variant&1 > 0, variant&2 > 0
						r := newRelay(n+1, size, relayOptions{
							readAhead:    readAhead,
							dsts:         []stream.WritableOptions{{HighWaterMark: high, Writev: writev}},
							sourceInside: inside,
						})
						r.run()
						got, want := r.counts(), predict(n+1, size, high, readAhead, inside, writev)
						if got != want || !r.dsts[0].Finished() {
							t.Errorf("%d chunks of %d, mark %d, read ahead %d, inside %t, writev %t:\n got %+v\nwant %+v",
								n+1, size, high, readAhead, inside, writev, got, want)
						}
						cases++
					}
				}
			}
		}
	}
	if cases != 8160 {
		t.Errorf("%d cases; want 8160", cases)
	}
}

// Nothing is allocated for a chunk once the queues have their size.
func TestNothingIsAllocatedPerChunk(t *testing.T) {
	for name, opts := range relays() {
		t.Run(name, func(t *testing.T) {
			r := newRelay(1<<40, 1024, opts)
			for range 1000 {
				r.step()
				r.machine.Settle()
			}
			if n := testing.AllocsPerRun(1000, func() { r.step(); r.machine.Settle() }); n > 0 {
				t.Errorf("%v allocations per step; want 0", n)
			}
		})
	}
}

// relays is the ways to copy that are measured.
func relays() map[string]relayOptions {
	const mark = 16 << 10
	one := []stream.WritableOptions{{HighWaterMark: mark}}
	return map[string]relayOptions{
		"backpressure": {readAhead: mark, dsts: one},
		"writev":       {readAhead: mark, dsts: []stream.WritableOptions{{HighWaterMark: mark, Writev: true}}},
		"every chunk":  {readAhead: mark, dsts: []stream.WritableOptions{{HighWaterMark: 1}}},
		"sync sink":    {readAhead: mark, dsts: one, sinkInside: true},
		"two dests":    {readAhead: mark, dsts: []stream.WritableOptions{{HighWaterMark: mark}, {HighWaterMark: 2 * mark}}},
	}
}

// BenchmarkChunks tells what a chunk costs, and that it costs the same however
// many there are.
func BenchmarkChunks(b *testing.B) {
	for name, opts := range relays() {
		for _, chunks := range []int64{10_000, 10_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, chunks), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					newRelay(chunks, 1024, opts).run()
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(chunks), "ns/chunk")
			})
		}
	}
}
