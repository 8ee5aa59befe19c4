//go:build unix

package integration

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// TestFanOut: every one of several files gets every byte, and what is buffered for
// it stays within the mark and a chunk.
func TestFanOut(t *testing.T) {
	const high, chunk, size = 10_000, 4096, 300_003
	src := newSample(t, t.TempDir(), "src", size)
	for _, n := range []int{1, 2, 8, 64} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			report := filepath.Join(t.TempDir(), "report")
			args := []string{"-q", "--json", report, fmt.Sprint("-H", high), fmt.Sprint("-c", chunk), "--consumer", "16MiB/s", src.path}
			for i := range n {
				args = append(args, filepath.Join(dir, fmt.Sprint(i)))
			}
			bpcopy(t, args...).want(0, "")
			for i := range n {
				if got := sumFile(t, filepath.Join(dir, fmt.Sprint(i))); got != src.sum {
					t.Errorf("destination %d has %d bytes, sha256 %x; want %d, %x", i, got.size, got.sha256, size, src.sum.sha256)
				}
			}
			wantFolder(t, dir, nil)
			wantFanOutReport(t, report, n, size, high-1+chunk)
		})
	}
}

// wantFanOutReport wants in a summary n destinations with so many bytes each, of
// which no more were buffered at once than may be.
func wantFanOutReport(t *testing.T, path string, n int, bytes, mayBuffer int64) {
	t.Helper()
	var summary struct {
		Pauses       int64
		Destinations []struct {
			Bytes      int64
			PeakLength int64 `json:"peak_length"`
		}
	}
	object, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(object, &summary)
	}
	if err != nil || len(summary.Destinations) != n || summary.Pauses == 0 {
		t.Fatalf("summary %s, %v; want %d destinations, and pauses", object, err, n)
	}
	for i, d := range summary.Destinations {
		if d.Bytes != bytes || d.PeakLength == 0 || d.PeakLength > mayBuffer {
			t.Errorf("destination %d: %d bytes, at most %d buffered; want %d, at most %d", i, d.Bytes, d.PeakLength, bytes, mayBuffer)
		}
	}
}
