package job

import (
	"slices"

	"bpcopy/internal/report"
)

// Result is what a copy has come to.
type Result struct {
	Summary report.Summary
	// Unmet are the conditions that do not hold, in words.
	Unmet []string
	// Lost says of each destination why it dropped out, nil where it did not.
	Lost []error
	// Began reports whether bytes could move.
	Began bool

	failures report.Failures
}

// ExitStatus is how the copy ended, with its word and its code.
func (r *Result) ExitStatus() report.Status { return r.failures.ExitStatus() }

// Err is all that went wrong, conditions that do not hold among it, or nil.
func (r *Result) Err() error { return r.failures.Err() }

// allLost says of each destination why it dropped out.
func (j *Job) allLost() []error {
	lost := slices.Clone(j.lost)
	if t := j.transfer.Load(); t != nil {
		for i, dst := range j.taking {
			lost[dst] = t.Lost(i)
		}
	}
	return lost
}

// summarize tells what the copy has come to.
func (j *Job) summarize() report.Summary {
	opts := j.plan.Transfer
	s := report.Summary{
		Schema:        report.Schema,
		Source:        report.Source{Name: j.plan.Source.String()},
		HighWaterMark: opts.HighWaterMark,
		LowWaterMark:  opts.LowWaterMark,
		ReadAhead:     opts.ReadAhead,
		ChunkSize:     opts.ChunkSize,
	}
	if opts.Rate > 0 {
		s.RequestedRate = new(opts.Rate)
	}
	if j.src != nil {
		s.Source.Name = j.src.Name()
	}
	if size := j.total.Load(); size >= 0 {
		s.Source.Size = &size
	}
	for i, name := range j.plan.Destinations {
		dst := report.Destination{Name: name.String()}
		if i < len(j.dsts) && j.dsts[i] != nil {
			dst.Name = j.dsts[i].Name()
		}
		s.Destinations = append(s.Destinations, dst)
	}
	if t := j.transfer.Load(); t != nil {
		stats := t.Stats()
		stats.Elapsed = j.ended.Sub(j.began) // with what it took to complete the destinations
		s.Conduit = t.Conduit()
		s.Count(stats, func(dst int) int { return j.taking[dst] })
		s.StoppedSeconds = j.stopped.Seconds()
	}
	s.End(&j.failures)
	return s
}
