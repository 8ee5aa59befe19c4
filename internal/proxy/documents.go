package proxy

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"bpcopy/internal/document"
	"bpcopy/internal/report"
	"bpcopy/internal/units"
)

// MostRows is how many connections documents show: each is two runs.
const MostRows = document.MaxRows / 2

// openDocuments opens the files of the documents.
func (s *Service) openDocuments(ctx context.Context) error {
	for i, plan := range s.plan.Documents {
		file, err := plan.Open(ctx)
		if err != nil {
			s.plan.Documents = s.plan.Documents[:i] // the others are left alone
			return err
		}
		s.documents = append(s.documents, file)
	}
	return nil
}

// writeDocument writes the document with that index and closes its file. One that does not
// draw has no rows: there may be other connections each time.
func (s *Service) writeDocument(ctx context.Context, i int, runs []document.Run) error {
	plan := s.plan.Documents[i]
	if i == len(s.documents) { // the service failed before it could open the reports
		opening, cancel := s.grace(ctx)
		defer cancel()
		file, err := plan.Open(opening)
		if err != nil {
			return err
		}
		s.documents = append(s.documents, file)
	}
	if !plan.Form.Draws() {
		runs = runs[:min(len(runs), 3)]
	}
	file := s.documents[i]
	return cmp.Or(
		report.FileError("write report", plan.Name, plan.Form.Write(file, runs...)),
		report.FileError("close report", plan.Name, file.Close()))
}

// SoFar returns what documents tell of the proxy up to now. It may be called at any time
// from another goroutine.
func (s *Service) SoFar() []document.Run {
	p := s.proxy.Load()
	if p == nil { // it does not listen yet
		return []document.Run{{Summary: report.Summary{Name: s.plan.Listen.String()}, Running: true}}
	}
	summary := s.describe()
	count(&summary, p.Snapshot())
	return s.runs(&summary, true)
}

// runs returns the proxy as runs of documents: as a whole, its directions, and both
// directions of each connection that has a row.
func (s *Service) runs(summary *report.ProxySummary, running bool) []document.Run {
	upstream := s.plan.Upstream.String()
	down, up := flowRun(summary, Down, summary.Down), flowRun(summary, Up, summary.Up)
	down.Summary.Source.Name, up.Summary.Source.Name = upstream, "clients"
	all := []document.Run{wholeRun(summary), down, up}
	for i := range all {
		all[i].Running, all[i].Part = running, i > 0
	}
	if p := s.proxy.Load(); p != nil {
		all[1].Series, all[2].Series = p.Series(Down), p.Series(Up)
		for _, row := range p.Rows() {
			all = append(all, rowRun(summary, row, Down, upstream, "client"), rowRun(summary, row, Up, "client", upstream))
		}
	}
	return all
}

// wholeRun returns the proxy as a whole. What was expected is expected of it.
func wholeRun(s *report.ProxySummary) document.Run {
	run := document.Run{Summary: settings(s, cmp.Or(s.Name, s.Listen))}
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
	run.Facts = []document.Fact{
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
func flowRun(s *report.ProxySummary, d Direction, f report.ProxyFlow) document.Run {
	run := document.Run{Summary: settings(s, d.String())}
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

// rowRun returns a direction of one connection.
func rowRun(s *report.ProxySummary, row Row, d Direction, from, to string) document.Run {
	run := document.Run{Summary: settings(s, fmt.Sprintf("connection %d %v", row.Number, d)), Series: row.Series[d], From: row.Began[d], Running: row.Running, Part: true, Row: true}
	run.Summary.Source.Name = from
	run.Summary.Destinations = []report.Destination{{Name: to}}
	if len(row.Stats[d].Destinations) > 0 { // it has begun
		run.Summary.Count(row.Stats[d], func(int) int { return 0 })
	}
	return run
}

// settings returns a summary with what is alike for all of the proxy.
func settings(s *report.ProxySummary, name string) report.Summary {
	return report.Summary{Name: name, HighWaterMark: s.HighWaterMark, LowWaterMark: s.LowWaterMark, ReadAhead: s.ReadAhead, ChunkSize: s.ChunkSize}
}

// known returns a fact, or none if its value is not known.
func known[N int64 | float64](label, field string, value *N, text func(N) string) []document.Fact {
	if value == nil {
		return nil
	}
	return []document.Fact{{Label: label, Field: field, Text: text(*value)}}
}

func bytesText(n int64) string { return units.Size(n).Human() }

func perSecond(bytes int64, seconds float64) int64 {
	if seconds <= 0 {
		return 0
	}
	return int64(float64(bytes) / seconds)
}
