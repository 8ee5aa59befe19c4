package cmd

import (
	"bpcopy/internal/report"
	"bpcopy/internal/transfer"
)

// size is how many bytes the copy will have, or -1.
func (c *copyRun) size() int64 {
	size := int64(-1)
	if c.opts.size > 0 {
		size = int64(c.opts.size)
	}
	if known, ok := c.src.Size(); ok {
		size = known
	}
	if stop := int64(c.opts.stopAt); stop > 0 && (size < 0 || stop < size) {
		size = stop
	}
	return size
}

// summarize tells what the copy has come to, with the error that ended it.
func (c *copyRun) summarize(err error) report.Summary {
	s := report.Summary{
		Schema:        report.Schema,
		Source:        report.Source{Name: c.srcName.String()},
		HighWaterMark: int64(c.opts.highWaterMark),
		LowWaterMark:  int64(c.opts.lowWaterMark),
		ReadAhead:     int64(c.opts.readAhead),
		ChunkSize:     int64(c.opts.chunkSize),
	}
	if c.opts.rate > 0 {
		s.RequestedRate = new(int64(c.opts.rate))
	}
	if c.src != nil {
		s.Source.Name = c.src.Name()
	}
	if size := c.total.Load(); size >= 0 {
		s.Source.Size = &size
	}
	for i, name := range c.dstNames {
		dst := report.Destination{Name: name.String()}
		if i < len(c.dsts) && c.dsts[i] != nil {
			dst.Name = c.dsts[i].Name()
		}
		s.Destinations = append(s.Destinations, dst)
	}
	if t := c.transfer.Load(); t != nil {
		c.count(&s, t.Stats())
	}
	s.AddUp()
	failures := new(report.Failures)
	failures.AddEach(err, func(err error) error { return &report.Failure{Status: result(err), Err: err} })
	s.End(failures)
	return s
}

// count puts the counts of the copy into its summary.
func (c *copyRun) count(s *report.Summary, stats transfer.Stats) {
	s.Bytes = stats.Written
	s.ElapsedSeconds = c.ended.Sub(c.began).Seconds()
	s.Pauses, s.Resumes, s.UserPauses = stats.Pauses, stats.Resumes, stats.UserPauses
	s.PausedSeconds, s.LongestPauseSeconds = stats.Paused.Seconds(), stats.LongestPause.Seconds()
	s.StoppedSeconds = c.stopped.Seconds()
	s.Conduit = c.transfer.Load().Conduit()
	for i, d := range stats.Destinations {
		dst := &s.Destinations[c.taking[i]]
		dst.Bytes, dst.Writes, dst.WritesFalse, dst.Drains, dst.PeakLength = d.Bytes, d.Writes, d.WritesFalse, d.Drains, d.PeakLength
	}
}
