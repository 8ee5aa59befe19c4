package demo

import (
	"errors"
	"fmt"

	"bpcopy/internal/progress"
	"bpcopy/internal/report"
	"bpcopy/internal/scenario"
)

// sample is the run as it stands, for the display.
func (d *Demo) sample(stats scenario.Stats) progress.Sample {
	s := progress.Sample{
		Bytes:         stats.Written,
		Size:          d.scenario.Size(),
		Pauses:        stats.Pauses,
		Drains:        stats.Drains(),
		Resumes:       stats.Resumes,
		Buffered:      stats.Length(),
		HighWaterMark: d.scenario.HighWaterMark(),
		LastMoved:     stats.LastMoved,
	}
	switch stats.WaitingFor {
	case scenario.SourceSide:
		s.Stuck = progress.SideSource
	case scenario.DestinationSide:
		s.Stuck = progress.SideDestination
	}
	return s
}

// failureOf says how a run failed that came to its end, or nil.
func failureOf(stats scenario.Stats) error {
	switch f := stats.Failure; {
	case f.Code != "" && f.Dst >= 0:
		return fmt.Errorf("destination %d failed: %s", f.Dst+1, f.Code)
	case f.Code != "":
		return fmt.Errorf("stream failed: %s", f.Code)
	case !stats.Over:
		return errors.New("stuck: nothing is left to happen, and the streams are not over")
	}
	return nil
}

// summarize tells what the run has come to, as a copy does.
func (d *Demo) summarize(stats scenario.Stats, failures *report.Failures) report.Summary {
	s := report.Summary{
		Schema:              report.Schema,
		Source:              report.Source{Name: d.name, Size: new(d.scenario.Size())},
		Bytes:               stats.Written,
		ElapsedSeconds:      stats.Elapsed.Seconds(),
		HighWaterMark:       d.scenario.HighWaterMark(),
		LowWaterMark:        d.scenario.LowWaterMark(),
		ReadAhead:           d.scenario.ReadAhead(),
		ChunkSize:           d.scenario.ChunkSize(),
		Pauses:              stats.Pauses,
		Resumes:             stats.Resumes,
		UserPauses:          stats.UserPauses,
		PausedSeconds:       stats.Paused.Seconds(),
		LongestPauseSeconds: stats.LongestPause.Seconds(),
	}
	for i, dst := range stats.Destinations {
		s.Destinations = append(s.Destinations, report.Destination{
			Name:        fmt.Sprintf("destination %d", i+1),
			Bytes:       dst.Bytes,
			Writes:      dst.Writes,
			WritesFalse: dst.WritesFalse,
			Drains:      dst.Drains,
			PeakLength:  dst.PeakLength,
		})
	}
	s.AddUp()
	s.End(failures)
	return s
}
