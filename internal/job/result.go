package job

import (
	"slices"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/endpoint"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/transfer"
)

// Result is what came of a copy.
type Result struct {
	Summary report.Summary
	// Unmet has a message for each condition that does not hold.
	Unmet []string
	// Lost has for each destination of the plan why it dropped out, or nil.
	Lost []error
	// Run is what documents tell of the copy.
	Run document.Run
	// Began reports whether bytes could move.
	Began bool

	failures report.Failures
}

// ExitStatus returns how the copy ended.
func (r *Result) ExitStatus() report.Status { return r.failures.ExitStatus() }

// Err returns everything that failed, including conditions that do not hold, or
// nil. It is a [report.Failures].
func (r *Result) Err() error { return r.failures.Err() }

// allLost returns for each destination of the plan why it dropped out, or nil.
func (j *Job) allLost() []error {
	lost := slices.Clone(j.lost)
	if t := j.transfer.Load(); t != nil {
		for i, operand := range j.operandOf {
			lost[operand] = t.Lost(i)
		}
	}
	return lost
}

// summarize returns the summary of the copy.
func (j *Job) summarize() report.Summary {
	s := j.describe()
	if t := j.transfer.Load(); t != nil {
		stats := j.whole(t, &s)
		stats.Elapsed = time.Duration(j.elapsed.Load())
		s.Count(stats, j.operand)
		s.StoppedSeconds = j.stopped.Seconds()
		s.Evidence = j.evidence(j.found)
	}
	s.End(&j.failures)
	return s
}

// whole returns what the copy as a whole has come to, with all its stages. It fills in
// their times, and where the bytes wait.
func (j *Job) whole(t *transfer.Copy, s *report.Summary) ledger.Snapshot {
	s.Conduit = t.Conduit()
	c := j.chain.Load()
	if c == nil {
		return t.Stats()
	}
	stats, held := c.whole()
	s.CountStages(held)
	return stats
}

// describe returns a summary with the names and settings alone.
func (j *Job) describe() report.Summary {
	opts := j.plan.Transfer
	s := report.Summary{
		Schema:        report.Schema,
		Name:          j.plan.Name,
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
		s.Source.Name, s.Source.Buffers = j.src.Name(), buffers(j.src.Granted())
	}
	if size := j.size.Load(); size >= 0 {
		s.Source.Size = &size
	}
	for i, name := range j.plan.Destinations {
		dst := report.Destination{Name: name.String()}
		if i < len(j.dsts) && j.dsts[i] != nil {
			dst.Name, dst.Buffers = j.dsts[i].Name(), buffers(j.dsts[i].Granted())
		}
		s.Destinations = append(s.Destinations, dst)
	}
	for _, command := range j.plan.Stages {
		s.Stages = append(s.Stages, report.Stage{Command: command})
	}
	if c := j.chain.Load(); c != nil {
		copy(s.Stages, c.stages())
	}
	return s
}

// buffers returns the sizes of a socket's buffers for the summary, where the
// operand asked for one.
func buffers(granted endpoint.Buffers) (b report.Buffers) {
	if granted.Receive > 0 {
		b.Rcvbuf = &granted.Receive
	}
	if granted.Send > 0 {
		b.Sndbuf = &granted.Send
	}
	return b
}
