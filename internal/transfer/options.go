package transfer

import (
	"fmt"
	"math"
	"time"

	"bpcopy/internal/clock"
	"bpcopy/internal/conduit"
	"bpcopy/internal/stream"
	"bpcopy/internal/throttle"
)

// Options says how to copy. The marks and the chunk size are in bytes and
// positive, but for LowWaterMark; everything else may be zero.
type Options struct {
	HighWaterMark int64 // length at which write() returns false
	LowWaterMark  int64 // length at which the destination has drained; 0 is Node's rule
	ReadAhead     int64 // the source's own mark
	ChunkSize     int64 // most bytes of one read

	StopAt      *int64        // stop after this many bytes; nil means at the end
	Rate        int64         // bytes per second to each destination; 0 means unlimited
	Burst       int64         // most bytes at once under a rate; 0 means the default
	IdleTimeout time.Duration // give up when no byte has moved for so long; 0 means never
	Rules       stream.Rules  // of the line of Node that the copy is like
	LowSpeed    LowSpeed      // give up when the copy is slower; zero means never

	Conduit   conduit.Choice // where the bytes wait
	KeepHoles bool           // of a source file

	// Consumers are the scripts of the destinations, by index; one that is
	// missing or zero leaves its destination to Rate. Producer is that of the
	// source. Seed makes their jitter repeatable.
	Consumers []throttle.Script
	Producer  throttle.Script
	Seed      uint64

	// IgnoreBackpressure lets the source never wait for the destinations. The
	// copy fails when MemoryLimit bytes are buffered for one of them. Without
	// it the limit means nothing.
	IgnoreBackpressure bool
	MemoryLimit        int64
	// PauseAfterChunk pauses the source after every chunk, for so long.
	PauseAfterChunk time.Duration
	// KeepGoing lets a destination that fails drop out, and the others
	// complete.
	KeepGoing bool
	// Dropped is told when a destination has dropped out, and why. The
	// goroutine of that destination calls it, without the lock. It may be nil.
	Dropped func(dst int, err error)

	// OwnProcess says that nothing else in this process wants a processor. A
	// short wait may then keep one, which makes it exact: the runtime does not
	// hear of it.
	OwnProcess bool

	// LateScripts says that the scripts start with [Turns.BeginScripts], or
	// with the first byte if that is earlier.
	LateScripts bool
	paces       map[int64]*pace // of ends without a script, by their atOnce: see SharePaces
	// Totals also count this copy; nil are none.
	Totals *Totals

	// Clock is what all times of the copy are by; nil is one that nobody
	// watches.
	Clock *clock.Clock

	// Series says that [Copy.Series] is wanted.
	Series bool

	// Observe hears every event, with the time since the start. It is called
	// with the copy waiting, so it must not wait itself. It may be nil.
	Observe func(time.Duration, *stream.Event)
}

// maxMark bounds the marks and the chunk size: what a process can address.
// There are two marks, and room for three chunks.
const maxMark = min(16<<40, math.MaxInt/8+1)

// Validate says what is wrong with the marks, if anything is.
func (o Options) Validate() error {
	for _, limit := range []struct {
		name  string
		value int64
	}{
		{"high-water mark", o.HighWaterMark}, {"read-ahead", o.ReadAhead}, {"chunk size", o.ChunkSize},
	} {
		if limit.value < 1 || limit.value > maxMark {
			return fmt.Errorf("%s of %d bytes: want 1 byte to %s", limit.name, limit.value, maxMarkText())
		}
	}
	if o.IgnoreBackpressure && o.MemoryLimit < 1 {
		return fmt.Errorf("memory limit of %d bytes: want at least 1 byte", o.MemoryLimit)
	}
	if o.IgnoreBackpressure && o.MemoryLimit > 4*maxMark {
		return fmt.Errorf("memory limit of %d bytes: want at most %d", o.MemoryLimit, int64(4*maxMark))
	}
	if o.LowWaterMark < 0 || o.LowWaterMark >= o.HighWaterMark {
		return fmt.Errorf("low-water mark of %d bytes: want less than the high-water mark of %d", o.LowWaterMark, o.HighWaterMark)
	}
	return nil
}

// maxMarkText is maxMark for messages.
func maxMarkText() string {
	if maxMark == 16<<40 {
		return "16TiB"
	}
	return fmt.Sprintf("%dMiB on this machine", int64(maxMark)>>20)
}

// consumer is the script of one destination; a zero one lets everything pass.
func (o Options) consumer(dst int) throttle.Script {
	switch {
	case dst < len(o.Consumers) && !o.Consumers[dst].IsZero():
		return o.Consumers[dst]
	case o.Rate > 0:
		return throttle.AtRate(o.Rate)
	}
	return throttle.Script{}
}

// hold is the most that the machine lets wait when it asks for another chunk:
// each mark may be overrun by one chunk less a byte, and what it asks for makes
// up for one of the two. A delayed source has given more than that.
func (o Options) hold() int64 {
	hold := o.ReadAhead + o.ChunkSize + o.mostAhead()
	if o.IgnoreBackpressure {
		return hold + o.MemoryLimit
	}
	return hold + o.HighWaterMark
}
