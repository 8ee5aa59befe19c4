package document

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// ProxyRuns returns a proxy as runs: as a whole, what its clients received, and what they
// sent. Rows for its connections may follow them, see [ProxyRow].
func ProxyRuns(s *report.ProxySummary) []Run {
	down, up := flowRun(s, "down", s.Down), flowRun(s, "up", s.Up)
	down.Summary.Source.Name, up.Summary.Source.Name = s.Upstream, clients
	down.Part, up.Part = true, true
	return []Run{wholeRun(s), down, up}
}

// clients is what those are called who connect to a proxy.
const clients = "clients"

// ProxyRow returns a direction of one connection: down or up.
func ProxyRow(s *report.ProxySummary, number int64, direction string) Run {
	run := Run{Summary: settings(s, fmt.Sprintf("connection %d %s", number, direction)), Part: true, Row: true}
	from, to := s.Upstream, "client"
	if direction == "up" {
		from, to = to, from
	}
	run.Summary.Source.Name = from
	run.Summary.Destinations = []report.Destination{{Name: to}}
	return run
}

// wholeRun returns the proxy as a whole. What was expected is expected of it.
func wholeRun(s *report.ProxySummary) Run {
	run := Run{Summary: settings(s, cmp.Or(s.Name, s.Listen))}
	t := &run.Summary
	t.Source.Name = s.Listen
	t.Bytes, t.ElapsedSeconds, t.StoppedSeconds = s.Bytes, s.ElapsedSeconds, s.StoppedSeconds
	t.Rate = perSecond(s.Bytes, s.ElapsedSeconds)
	t.Pauses, t.Drains, t.Resumes = s.Down.Pauses+s.Up.Pauses, s.Down.Drains+s.Up.Drains, s.Down.Resumes+s.Up.Resumes
	t.PausedSeconds = s.Down.PausedSeconds + s.Up.PausedSeconds
	t.LongestPauseSeconds = max(s.Down.LongestPauseSeconds, s.Up.LongestPauseSeconds)
	t.PeakLength = max(s.Down.PeakLength, s.Up.PeakLength)
	t.Result, t.Error, t.ExitCode, t.Expectations = s.Result, s.Error, s.ExitCode, s.Expectations
	if t.Result == "command" && t.Error == nil {
		t.Error = new(fmt.Sprintf("the command ended with status %d", s.ExitCode))
	}
	for _, line := range s.Text() {
		run.Verdict = append(run.Verdict, strings.TrimPrefix(line, s.Name+": ")+".")
	}
	c, count := s.Connections, func(n int64) string { return strconv.FormatInt(n, 10) }
	run.Facts = []Fact{
		{Label: "Connections", Field: "connections.opened", Text: count(c.Opened)},
		{Label: "Completed", Field: "connections.completed", Text: count(c.Completed)},
		{Label: "Cut", Field: "connections.cut", Text: count(c.Cut)},
		{Label: "Upstream not reached", Field: "connections.failed", Text: count(c.Failed)},
		{Label: "Most at once", Field: "connections.most_at_once", Text: count(c.MostAtOnce)},
	}
	run.Facts = append(run.Facts, known("Grew while stalled", "watched.rss_growth_while_stalled", s.Watched.RSSGrowthWhileStalled, bytesText)...)
	run.Facts = append(run.Facts, known("Most memory", "watched.peak_rss", s.Watched.PeakRSS, bytesText)...)
	return run
}

// flowRun returns a direction of all connections. Its times are added up over them.
func flowRun(s *report.ProxySummary, name string, f report.ProxyFlow) Run {
	run := Run{Summary: settings(s, name)}
	t := &run.Summary
	t.Bytes, t.ElapsedSeconds, t.Rate = f.Bytes, s.ElapsedSeconds, perSecond(f.Bytes, s.ElapsedSeconds)
	t.Pauses, t.Drains, t.Resumes = f.Pauses, f.Drains, f.Resumes
	t.PausedSeconds, t.LongestPauseSeconds, t.PeakLength = f.PausedSeconds, f.LongestPauseSeconds, f.PeakLength
	t.Waited, t.Bottleneck, t.BottleneckShare = f.Waited, f.Bottleneck, f.BottleneckShare
	if f.Conduit != nil {
		t.Conduit = *f.Conduit
	}
	run.Facts = known("Stalled by the script", "stalled_seconds", f.StalledSeconds, report.Seconds)
	run.Facts = append(run.Facts, known("Accepted in a stall, at most", "accepted_while_stalled", f.AcceptedWhileStalled, bytesText)...)
	run.Facts = append(run.Facts, known("Sender quiet after", "quiet_after_seconds", f.QuietAfterSeconds, report.Seconds)...)
	run.Facts = append(run.Facts, known("Sender resumed after", "resumed_after_seconds", f.ResumedAfterSeconds, report.Seconds)...)
	return run
}

// settings returns a summary with what is alike for all of the proxy.
func settings(s *report.ProxySummary, name string) report.Summary {
	return report.Summary{Name: name, HighWaterMark: s.HighWaterMark, LowWaterMark: s.LowWaterMark, ReadAhead: s.ReadAhead, ChunkSize: s.ChunkSize}
}

// known returns a fact, or none if its value is not known.
func known[N int64 | float64](label, field string, value *N, text func(N) string) []Fact {
	if value == nil {
		return nil
	}
	return []Fact{{Label: label, Field: field, Text: text(*value)}}
}

func bytesText(n int64) string { return units.Size(n).Human() }

func perSecond(bytes int64, seconds float64) int64 {
	if seconds <= 0 {
		return 0
	}
	return int64(float64(bytes) / seconds)
}
