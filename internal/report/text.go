package report

import (
	"fmt"
	"strings"
	"time"

	"bpcopy/internal/units"
)

// Text returns the summary for people, as two lines without newlines, and one more for
// each stage. Each begins with the name: several copies may print theirs on one terminal.
//
//	disk.img: 2.60 GiB in 12.7s, 210 MiB/s; waited for the destination 93 %
//	disk.img: pause 42598 drain 42598 resume 42598; paused 9.1s, longest 12ms; peak buffered 64 KiB
func (s *Summary) Text() []string {
	lines := []string{s.speed() + s.verdict(), s.backpressure()}
	lines = append(lines, s.rows()...)
	for i := range lines {
		lines[i] = s.Name + ": " + lines[i]
	}
	return lines
}

// speed returns how much was copied, in which time, and how fast.
func (s *Summary) speed() string {
	text := fmt.Sprintf("%s in %s, %s", units.Size(s.Bytes).Human(), Seconds(s.ElapsedSeconds), units.Rate(s.Rate).Human())
	if len(s.Stages) > 0 {
		read := s.Stages[0].Read.Bytes
		text = fmt.Sprintf("%s read, %s written in %s, %s read, %s written", s.ofSource(read), units.Size(s.Bytes).Human(),
			Seconds(s.ElapsedSeconds), units.Rate(rate(read, s.ElapsedSeconds)).Human(), units.Rate(s.Rate).Human())
	}
	if s.RequestedRate != nil {
		text += fmt.Sprintf(" of %s asked for", units.Rate(*s.RequestedRate).Human())
	}
	return text
}

// ofSource returns how much of the source was read, and of how much if some was left.
func (s *Summary) ofSource(read int64) string {
	text := units.Size(read).Human()
	if s.Source.Size != nil && read < *s.Source.Size {
		text += " of " + units.Size(*s.Source.Size).Human()
	}
	return text
}

// backpressure returns the counts, and for how long the source was held.
func (s *Summary) backpressure() string {
	var b strings.Builder
	fmt.Fprintf(&b, "pause %d drain %d resume %d", s.Pauses, s.Drains, s.Resumes)
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

// verdict says who was waited for, if the copy was long enough to say.
func (s *Summary) verdict() string {
	switch s.Bottleneck {
	case "source", "destination", "limit", "user", byStage:
		text := fmt.Sprintf("; waited for %s %s", s.named(s.Bottleneck), percent(s.BottleneckShare))
		if why := s.Because(); why != "" {
			text += " (" + why + ")"
		}
		return text
	case "program":
		return "; busy itself " + percent(s.BottleneckShare)
	case balanced:
		two := s.Waited.holders()
		return fmt.Sprintf("; waited for %s %s, %s %s", s.named(two[0].name), percent(two[0].seconds/s.ElapsedSeconds),
			s.named(two[1].name), percent(two[1].seconds/s.ElapsedSeconds))
	}
	return ""
}

// percent returns a share of the time as text.
func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

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
