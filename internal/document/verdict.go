package document

import (
	"fmt"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// verdict tells a run in a few sentences.
func (r *Run) verdict() []string {
	s := &r.Summary
	var all []string
	if s.Error != nil && s.Result != "expectation" {
		how := "Failed: "
		if r.AsExpected {
			how = "Failed, as expected: "
		}
		all = append(all, how+strings.TrimSuffix(*s.Error, ".")+".")
	}
	told := r.Verdict
	if told == nil {
		told = []string{r.amount(), waited(s), held(s), slowest(s)}
	}
	for _, sentence := range told {
		if sentence != "" {
			all = append(all, sentence)
		}
	}
	if s.Expectations != nil {
		all = append(all, expectations(s))
	}
	return all
}

// amount tells how much was copied, in which time, and how fast.
func (r *Run) amount() string {
	s := &r.Summary
	so := "Copied "
	if r.Running {
		so = "Copied so far: "
	}
	text := so + fmt.Sprintf("%s in %s, %s", units.Size(s.Bytes).Human(), report.Seconds(s.ElapsedSeconds), units.Rate(s.Rate).Human())
	if s.RequestedRate != nil {
		text += fmt.Sprintf(" of %s asked for", units.Rate(*s.RequestedRate).Human())
	}
	return text + "."
}

// waited tells who was waited for.
func waited(s *report.Summary) string {
	share := fmt.Sprintf("%.0f %% of the time", 100*s.BottleneckShare)
	if why := s.Because(); why != "" {
		share += " (" + why + ")"
	}
	switch s.Bottleneck {
	case "source":
		return "It waited for the source " + share + ": a faster source would make it faster."
	case "destination":
		return "It waited for the destination " + share + ": a faster destination would make it faster."
	case "limit":
		return "A rate or a script held it back " + share + "."
	case "user":
		return "The source was paused on request " + share + "."
	case "stage":
		return "It waited for a command of --through " + share + ": a faster command would make it faster."
	case "program":
		return "bpcopy itself was busy " + share + "."
	case "balanced":
		return "Two held it up about alike, the one that did so longest " + share + "."
	case "none":
		return "It was too short to say who was waited for."
	}
	return ""
}

// held tells how backpressure held the source, which is that of the first copy where
// there are commands in between.
func held(s *report.Summary) string {
	pauses, paused, longest := s.Pauses, s.PausedSeconds, s.LongestPauseSeconds
	if len(s.Stages) > 0 {
		first := s.Stages[0].Read
		pauses, paused, longest = first.Pauses, first.PausedSeconds, first.LongestPauseSeconds
	}
	if pauses == 0 {
		return "Backpressure never paused the source."
	}
	return fmt.Sprintf("Backpressure paused the source %s, for %s in all, %s at the longest.",
		times(pauses), report.Seconds(paused), report.Seconds(longest))
}

// slowest tells which of several destinations held the source alone for longest.
func slowest(s *report.Summary) string {
	most := -1
	for i, d := range s.Destinations {
		if d.HeldAloneSeconds != nil && *d.HeldAloneSeconds > 0 && (most < 0 || *d.HeldAloneSeconds > *s.Destinations[most].HeldAloneSeconds) {
			most = i
		}
	}
	if most < 0 {
		return ""
	}
	d := s.Destinations[most]
	return fmt.Sprintf("Of %d destinations, %s held the source alone for longest, %s.", len(s.Destinations), short(d.Name), report.Seconds(*d.HeldAloneSeconds))
}

// expectations tells which expectations do not hold.
func expectations(s *report.Summary) string {
	var unmet []string
	for _, e := range s.Expectations {
		if !e.Holds {
			unmet = append(unmet, fmt.Sprintf("%s (it is %s)", e.Condition, short(e.Actual)))
		}
	}
	switch all := len(s.Expectations); {
	case unmet != nil && all == 1:
		return "The expectation is not met: " + unmet[0] + "."
	case unmet != nil:
		return fmt.Sprintf("Of %d expectations, %d not met: %s.", all, len(unmet), strings.Join(unmet, ", "))
	case all == 1:
		return "The expectation is met."
	default:
		return fmt.Sprintf("All %d expectations are met.", all)
	}
}

// times returns a number of times in words.
func times(n int64) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
