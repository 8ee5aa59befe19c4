package progress

import (
	"strings"
	"testing"
)

// TestBarWidths draws every eighth of a cell in every width: the bar must have
// that width and tell that share.
func TestBarWidths(t *testing.T) {
	for width := minBar; width <= maxBar; width++ {
		for eighths := range 8*width + 1 {
			share := (float64(eighths) + 0.5) / float64(8*width)
			if eighths == 8*width {
				share = 1
			}
			want := strings.Repeat("█", eighths/8)
			if eighths < 8*width {
				want += string([]rune(" ▏▎▍▌▋▊▉")[eighths%8])
			}
			want = "|" + left(want, width) + "|"
			if got := drawBar(share, width, true); got != want {
				t.Errorf("drawBar(%v, %d) = %q; want %q", share, width, got, want)
			}
			ascii := drawBar(share, width, false)
			if len(ascii) != width+2 || strings.Count(ascii, "=") != eighths/8 {
				t.Errorf("drawBar(%v, %d, ASCII) = %q; want %d full cells of %d", share, width, ascii, eighths/8, width)
			}
		}
	}
}
