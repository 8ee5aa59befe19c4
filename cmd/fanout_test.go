package cmd

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/transfer"
)

// A fan is a copy to several destinations, in a form that the program runs and
// one that it simulates.
type fan struct {
	total, chunk         int
	high, low, readAhead int
	dests                []fanDest
}

// A fanDest takes so many bytes in a millisecond. If fails is not 0, its write
// with that number, from 1, fails when its time is over.
type fanDest struct {
	bytesPerMS int
	fails      int
}

// fanCounts are what both forms of a fan count.
type fanCounts struct {
	pauses, resumes int64 // by backpressure and the drains that end it
	drains, read    int64
	ms              int64
	dests           []fanDestCounts
}

type fanDestCounts struct {
	writes, writesFalse, drains, bytes, peak int64
}

// simulated counts the fan's scenario.
func (f fan) simulated(t *testing.T) fanCounts {
	t.Helper()
	s, err := scenario.Parse([]byte(f.scenario()), "fan")
	if err != nil {
		t.Fatal(err)
	}
	sum, err := s.Run(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	cause := func(causes scenario.Causes, wanted stream.Cause) int64 {
		for _, c := range causes {
			if c.Cause == wanted {
				return c.Count
			}
		}
		return 0
	}
	counts := fanCounts{
		pauses:  cause(sum.PauseByCause, stream.CauseBackpressure),
		resumes: cause(sum.ResumeByCause, stream.CauseDrain),
		drains:  sum.Drains, read: sum.BytesRead, ms: sum.VirtualMS,
	}
	var sunk int64
	for i, d := range sum.PerDest {
		bytes := int64(f.total)
		if f.dests[i].fails > 0 {
			bytes = sum.BytesSunk - int64(f.total)*int64(len(f.dests)-1) // the others have all
		}
		sunk += bytes
		counts.dests = append(counts.dests, fanDestCounts{d.Writes, d.WritesFalse, d.Drains, bytes, sum.PeakWritableLength[i]})
	}
	if sunk != sum.BytesSunk {
		t.Errorf("%+v: simulated, %d bytes were sunk; want %d", f, sum.BytesSunk, sunk)
	}
	return counts
}

func (f fan) scenario() string {
	var chunks, dests []string
	for left := f.total; left > 0; left -= f.chunk {
		chunks = append(chunks, fmt.Sprintf(`{"size":%d}`, min(left, f.chunk)))
	}
	for _, d := range f.dests {
		failure := ""
		if d.fails > 0 {
			failure = fmt.Sprintf(`,"sink_overrides":{"%d":{"bytes_per_ms":%d,"error":"EIO"}}`, d.fails-1, d.bytesPerMS)
		}
		dests = append(dests, fmt.Sprintf(`{"sink":[{"bytes_per_ms":%d}]%s}`, d.bytesPerMS, failure))
	}
	return fmt.Sprintf(`{"chunks":[%s],"highWaterMark":%d,"lowWaterMark":%d,"writev":%t,"readableHighWaterMark":%d,"dests":[%s]}`,
		strings.Join(chunks, ","), f.high, f.low, f.low == 0, f.readAhead, strings.Join(dests, ","))
}

// copied counts the fan's copy. It is to be called in a bubble.
func (f fan) copied(t *testing.T) fanCounts {
	t.Helper()
	var all []*fanEnd
	var dsts []transfer.Destination
	var want error
	opts := transfer.Options{
		HighWaterMark: int64(f.high), LowWaterMark: int64(f.low), ReadAhead: int64(f.readAhead), ChunkSize: int64(f.chunk),
	}
	for _, d := range f.dests {
		end := &fanEnd{fanDest: d}
		all, dsts = append(all, end), append(dsts, end)
		if d.fails > 0 {
			opts.KeepGoing, want = true, syscall.EIO
		}
	}
	c, err := transfer.New(&fanSource{left: f.total}, dsts, opts)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Run(t.Context()); fmt.Sprint(err) != fmt.Sprint(want) {
		t.Errorf("%+v: Run() = %v; want %v", f, err, want)
	}
	stats := c.Stats()
	counts := fanCounts{
		pauses: stats.Pauses, resumes: stats.Resumes, drains: stats.Drains, read: stats.Read, ms: stats.Elapsed.Milliseconds(),
	}
	for i, d := range stats.Destinations {
		if all[i].taken != int(d.Bytes) || all[i].wrong {
			t.Errorf("%+v: destination %d took %d bytes, wrong ones: %t; it is said to have taken %d", f, i, all[i].taken, all[i].wrong, d.Bytes)
		}
		counts.dests = append(counts.dests, fanDestCounts{d.Writes, d.WritesFalse, d.Drains, d.Bytes, d.PeakLength})
	}
	return counts
}

// fanByte is the byte at each place of what is copied.
func fanByte(at int) byte { return byte(at ^ at>>8) }

// A fanSource gives its bytes at once.
type fanSource struct{ at, left int }

// Read reads what is asked for, up to the end.
func (s *fanSource) Read(p []byte) (int, error) {
	if s.left == 0 {
		return 0, io.EOF
	}
	n := min(len(p), s.left)
	for i := range p[:n] {
		p[i] = fanByte(s.at + i)
	}
	s.at, s.left = s.at+n, s.left-n
	return n, nil
}

// Cancel does nothing: no Read waits.
func (s *fanSource) Cancel() {}

// A fanEnd takes its time, and looks at every byte.
type fanEnd struct {
	fanDest
	writes, taken int
	wrong         bool // a byte was
}

// Write takes p, or fails when it is time to.
func (e *fanEnd) Write(p []byte) (int, error) {
	e.writes++
	time.Sleep(time.Duration((len(p)+e.bytesPerMS-1)/e.bytesPerMS) * time.Millisecond)
	if e.writes == e.fails {
		return 0, syscall.EIO
	}
	for i, b := range p {
		e.wrong = e.wrong || b != fanByte(e.taken+i)
	}
	e.taken += len(p)
	return len(p), nil
}

// Cancel does nothing: every Write ends by itself.
func (e *fanEnd) Cancel() {}

// fans are the shapes that are compared. In those that fail, nothing that is
// buffered is written in two parts, so that writes have the same numbers.
func fans() map[string]fan {
	const chunk = 2310 // which many rates divide
	alike := func(n int) (dests []fanDest) {
		for range n {
			dests = append(dests, fanDest{bytesPerMS: 330})
		}
		return dests
	}
	return map[string]fan{
		"nothing":                    {0, chunk, 5000, 0, 5000, []fanDest{{330, 0}, {210, 0}}},
		"less than the mark":         {4000, chunk, 5000, 0, 5000, []fanDest{{330, 0}, {210, 0}}},
		"two":                        {100_000, chunk, 5000, 0, 5000, []fanDest{{330, 0}, {210, 0}}},
		"two, one slow":              {100_000, chunk, 5000, 0, 50_000, []fanDest{{2310, 0}, {11, 0}}},
		"two, chunk by chunk":        {100_000, chunk, chunk, 0, chunk, []fanDest{{330, 0}, {210, 0}}},
		"two, large mark":            {100_000, chunk, 40_000, 0, 5000, []fanDest{{330, 0}, {22, 0}}},
		"two, low mark":              {100_000, chunk, 10_000, 3000, 5000, []fanDest{{330, 0}, {110, 0}}},
		"two, no pause at all":       {100_000, chunk, 200_000, 0, 5000, []fanDest{{330, 0}, {210, 0}}},
		"three":                      {100_003, chunk, 5000, 0, 5000, []fanDest{{330, 0}, {210, 0}, {154, 0}}},
		"three, one slow":            {100_003, chunk, 5000, 0, 5000, []fanDest{{2310, 0}, {10, 0}, {1155, 0}}},
		"three, low mark":            {100_003, chunk, 9000, 8999, 5000, []fanDest{{330, 0}, {70, 0}, {154, 0}}},
		"three alike":                {100_003, chunk, 5000, 0, 5000, alike(3)},
		"eight alike":                {100_003, chunk, 5000, 0, 50_000, alike(8)},
		"two, the slow one fails":    {100_000, chunk, 5000, 0, 100_000, []fanDest{{330, 0}, {30, 3}}},
		"two, the fast one fails":    {100_000, chunk, 5000, 0, 100_000, []fanDest{{330, 3}, {30, 0}}},
		"three, one fails at once":   {100_003, chunk, 5000, 0, 110_000, []fanDest{{330, 0}, {210, 1}, {154, 0}}},
		"three, one fails, low mark": {100_003, chunk, 9000, 4000, 110_000, []fanDest{{330, 0}, {210, 0}, {70, 5}}},
	}
}

// TestFanOutIsItsScenario holds the counts of copies to several destinations
// against those of the scenario with the same sizes, marks and rates. The
// machine is the same, but what drives it is not, and only that of the scenario
// is compared with Node.
func TestFanOutIsItsScenario(t *testing.T) {
	for name, f := range fans() {
		t.Run(name, func(t *testing.T) {
			want := f.simulated(t)
			synctest.Test(t, func(t *testing.T) {
				if got := f.copied(t); !reflect.DeepEqual(got, want) {
					t.Errorf("%+v:\ncopied    %+v\nsimulated %+v", f, got, want)
				}
			})
		})
	}
}
