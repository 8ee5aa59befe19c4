package cmd

import (
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"bpcopy/internal/transfer"
)

// regularSource is a file that takes its time, and remembers how many
// processors there were.
type regularSource struct {
	*fanSource
	processors *int
}

func (regularSource) Regular() bool { return true }

func (s regularSource) Read(p []byte) (int, error) {
	time.Sleep(2 * untilOne) // by the bubble's clock
	*s.processors = runtime.GOMAXPROCS(0)
	return s.fanSource.Read(p)
}

// streamSource is the same, but no file.
type streamSource struct{ regularSource }

func (streamSource) Regular() bool { return false }

func TestProcessors(t *testing.T) { synctest.Test(t, testProcessors) }

func testProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(3))
	var during int
	file := regularSource{&fanSource{left: 10}, &during}
	for _, tt := range []struct {
		src  transfer.Source
		want int
	}{{file, 1}, {streamSource{file}, 3}} {
		opts := transfer.Options{HighWaterMark: 10, ReadAhead: 10, ChunkSize: 10}
		c, err := transfer.New(tt.src, []transfer.Destination{&fanEnd{fanDest: fanDest{bytesPerMS: 1000}}}, opts)
		if err != nil {
			t.Fatal(err)
		}
		if err := runTransfer(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if after := runtime.GOMAXPROCS(0); during != tt.want || after != 3 {
			t.Errorf("%T: processors during and after the copy: %d, %d; want %d, 3", tt.src, during, after, tt.want)
		}
	}
}
