package report

import (
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/units"
)

// Text returns the summary for people, as one line without a newline.
func (s *Summary) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s in %s, %s", units.Size(s.Bytes).Human(), Seconds(s.ElapsedSeconds), units.Rate(s.Rate).Human())
	if s.RequestedRate != nil {
		fmt.Fprintf(&b, " of %s asked for", units.Rate(*s.RequestedRate).Human())
	}
	b.WriteString(s.verdict())
	fmt.Fprintf(&b, "; pause %d drain %d resume %d", s.Pauses, s.Drains, s.Resumes)
	if s.UserPauses > 0 {
		fmt.Fprintf(&b, "; user pauses %d", s.UserPauses)
	}
	if s.Pauses > 0 {
		fmt.Fprintf(&b, "; paused %s, longest %s", Seconds(s.PausedSeconds), Seconds(s.LongestPauseSeconds))
	}
	if s.StoppedSeconds > 0 {
		fmt.Fprintf(&b, "; stopped %s", Seconds(s.StoppedSeconds))
	}
	fmt.Fprintf(&b, "; peak buffered %s", units.Size(s.PeakLength).Human())
	return b.String()
}

// verdict says who was waited for, if anybody was.
func (s *Summary) verdict() string {
	switch s.Bottleneck {
	case "source", "destination", "limit", "user":
		return fmt.Sprintf("; waited for the %s %.0f %%", s.Bottleneck, 100*s.BottleneckShare)
	}
	return ""
}

// Seconds returns a time in seconds as text with three significant digits.
func Seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	for unit := time.Duration(1); unit < 100*time.Second; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit).String()
		}
	}
	return d.Round(time.Second).String()
}
