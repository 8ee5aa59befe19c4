package stream_test

import (
	"fmt"

	"bpcopy/internal/stream"
)

// chunks is a driver that has three chunks of 16 KiB to read and takes its time
// to write.
type chunks struct {
	left     int
	readable *stream.Readable
	writes   int // requests to write that are not answered
}

// Read answers each request inside the call: with a chunk, or with the end.
func (c *chunks) Read() {
	if c.left == 0 {
		c.readable.End()
		return
	}
	c.left--
	c.readable.Push(16 << 10)
}

// Write leaves the request open.
func (c *chunks) Write(int64, int) { c.writes++ }

// printer prints each event as it happens.
type printer struct{}

func (printer) Event(e *stream.Event) {
	switch e.Kind {
	case stream.Write:
		fmt.Printf("write %d: %t, %d buffered\n", e.Bytes, e.Ret, e.Length)
	case stream.Pause, stream.Resume:
		fmt.Printf("%v: %v\n", e.Kind, e.Cause)
	case stream.Drain, stream.End, stream.Finish:
		fmt.Println(e.Kind)
	}
}

// Three chunks go through a pipe to a destination whose mark is 16 KiB. Each of
// them fills it: the source pauses, and resumes with the drain. At the end there
// is no drain but a finish.
func Example() {
	driver := &chunks{left: 3}
	m := stream.New(printer{}, stream.Rules{})
	driver.readable = m.NewReadable(stream.ReadableOptions{HighWaterMark: 16 << 10, Source: driver})
	dst := m.NewWritable(stream.WritableOptions{HighWaterMark: 16 << 10, Sink: driver})
	driver.readable.Pipe(dst, stream.PipeOptions{})
	m.Settle()
	for driver.writes > 0 {
		driver.writes--
		fmt.Println("-- written")
		dst.Done()
		m.Settle()
	}
	// Output:
	// resume: initial
	// write 16384: false, 16384 buffered
	// pause: backpressure
	// -- written
	// drain
	// resume: drain
	// write 16384: false, 16384 buffered
	// pause: backpressure
	// -- written
	// drain
	// resume: drain
	// write 16384: false, 16384 buffered
	// pause: backpressure
	// end
	// -- written
	// finish
}

// With a low-water mark the drain comes before the queue is empty, and the source
// goes on while the destination still has something to write.
func ExampleWritableOptions() {
	driver := &chunks{}
	m := stream.New(nil, stream.Rules{})
	dst := m.NewWritable(stream.WritableOptions{HighWaterMark: 64, LowWaterMark: 16, Sink: driver})
	for dst.Write(16) {
	}
	for dst.NeedDrain() {
		fmt.Println(dst.Length(), "buffered: wait")
		dst.Done()
		m.Settle()
	}
	fmt.Println(dst.Length(), "buffered: go on")
	// Output:
	// 64 buffered: wait
	// 48 buffered: wait
	// 32 buffered: wait
	// 16 buffered: go on
}
