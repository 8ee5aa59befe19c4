package demo

import (
	"errors"
	"fmt"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// sample returns the state of a run, for the display.
func (d *Demo) sample(stats ledger.Snapshot) progress.Sample {
	return progress.Sample{
		Snapshot:      stats,
		Size:          d.scenario.Size(),
		HighWaterMark: d.scenario.HighWaterMark(),
		ReadAhead:     d.scenario.ReadAhead(),
	}
}

// failureOf returns why a run that came to its end counts as failed, or nil.
func failureOf(run *scenario.Run) error {
	switch f := run.Failure(); {
	case f.Code != "" && f.Dst >= 0:
		return fmt.Errorf("destination %d failed: %s", f.Dst+1, f.Code)
	case f.Code != "":
		return fmt.Errorf("stream failed: %s", f.Code)
	case !run.Over():
		return errors.New("stuck: nothing is left to happen, and the streams are not over")
	}
	return nil
}

// summarize returns the summary of a run, in the form of the summary of a copy.
func (d *Demo) summarize(run *scenario.Run, failures *report.Failures) report.Summary {
	stats := run.Stats()
	s := report.Summary{
		Schema:         report.Schema,
		Name:           d.name,
		Source:         report.Source{Name: d.name, Size: new(d.scenario.Size())},
		ElapsedSeconds: stats.Elapsed.Seconds(),
		HighWaterMark:  d.scenario.HighWaterMark(),
		LowWaterMark:   d.scenario.LowWaterMark(),
		ReadAhead:      d.scenario.ReadAhead(),
		ChunkSize:      d.scenario.ChunkSize(),
	}
	for i := range stats.Destinations {
		s.Destinations = append(s.Destinations, report.Destination{Name: fmt.Sprintf("destination %d", i+1)})
	}
	legs, held := run.Legs()
	for k := range held {
		s.Stages = append(s.Stages, report.Stage{Read: report.NewLeg(legs[k], ""), Written: report.NewLeg(legs[k+1], "")})
	}
	s.CountStages(held)
	s.Count(stats, func(dst int) int { return dst })
	s.End(failures)
	return s
}

// soFar returns what documents tell of a run that goes on.
func (d *Demo) soFar(run *scenario.Run) document.Run {
	so := runOf(run, d.summarize(run, new(report.Failures)))
	so.Running = true
	return so
}

// runOf returns what documents tell of a run with that summary.
func runOf(run *scenario.Run, summary report.Summary) document.Run {
	series, stages := run.Series()
	told := document.Run{Summary: summary, Series: series}
	for i, buckets := range stages {
		told.Stages = append(told.Stages, document.Stage{Name: fmt.Sprintf("stage %d", i+1), Buckets: buckets})
	}
	return told
}
