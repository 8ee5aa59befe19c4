package endpoint

import (
	"testing"
	"time"
)

// A pipe should hold what passes in a fiftieth of a second, rounded up to a power of two.
func TestGrowth(t *testing.T) {
	for name, tt := range map[string]struct {
		perSecond int64
		want      int // bytes, at every look
	}{
		"slow":   {1 << 20, 32 << 10},
		"medium": {16 << 20, 512 << 10},
		"fast":   {1 << 30, 32 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			const piece = 64 << 10
			var g growth
			now := time.Unix(1000, 0)
			looks := 0
			for range 256 << 20 / piece {
				if size := g.pass(piece, func() time.Time { return now }); size > 0 {
					looks++
					if size != tt.want {
						t.Fatalf("at %d bytes: %d; want %d", g.passed, size, tt.want)
					}
				}
				now = now.Add(time.Duration(piece * int64(time.Second) / tt.perSecond))
			}
			if looks != 9 { // after 1, 2, 4, 8, 16, 32, 64, 128, 192 MiB and the first piece
				t.Errorf("%d looks; want 9", looks)
			}
		})
	}
}

// What becomes faster is seen, however long it was slow.
func TestGrowthLater(t *testing.T) {
	var g growth
	now := time.Unix(1000, 0)
	clock := func() time.Time { return now }
	for range 1000 {
		g.pass(1<<20, clock)
		now = now.Add(time.Minute)
	}
	var size int
	for range 2 * 64 {
		size = max(size, g.pass(1<<20, clock))
		now = now.Add(time.Millisecond)
	}
	if size != 32<<20 {
		t.Errorf("%d; want %d", size, 32<<20)
	}
}
