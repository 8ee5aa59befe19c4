package cmd

import (
	"math"
	"strings"

	"bpcopy/internal/ledger"
	"bpcopy/internal/trace"
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
func (c *copyRun) summarize(err error) trace.Summary {
	word, code := result(err)
	s := trace.Summary{
		Schema:        trace.Schema,
		Source:        trace.Source{Name: c.srcName.String()},
		HighWaterMark: int64(c.opts.highWaterMark),
		LowWaterMark:  int64(c.opts.lowWaterMark),
		ReadAhead:     int64(c.opts.readAhead),
		ChunkSize:     int64(c.opts.chunkSize),
		Result:        word,
		ExitCode:      code,
	}
	if err != nil {
		s.Error = new(strings.Join(messages(err), "\n"))
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
		dst := trace.Destination{Name: name.String()}
		if i < len(c.dsts) && c.dsts[i] != nil {
			dst.Name = c.dsts[i].Name()
		}
		s.Destinations = append(s.Destinations, dst)
	}
	if t := c.transfer.Load(); t != nil {
		c.count(&s, t.Stats())
	}
	return s
}

// count puts the counts of the copy into its summary.
func (c *copyRun) count(s *trace.Summary, stats ledger.Snapshot) {
	elapsed := c.ended.Sub(c.began)
	s.Bytes = stats.Written
	s.ElapsedSeconds = elapsed.Seconds()
	if elapsed > 0 {
		s.Rate = int64(math.Round(float64(stats.Written) / elapsed.Seconds()))
	}
	s.Pauses, s.Drains, s.Resumes = stats.Pauses, stats.Drains, stats.Resumes
	s.UserPauses = stats.UserPauses
	s.PausedSeconds, s.LongestPauseSeconds = stats.Paused.Seconds(), stats.LongestPause.Seconds()
	s.StoppedSeconds = c.stopped.Seconds()
	s.PeakLength = stats.PeakLength
	s.Conduit = c.transfer.Load().Conduit()
	for i, d := range stats.Destinations {
		dst := &s.Destinations[c.taking[i]]
		dst.Bytes, dst.Writes, dst.WritesFalse, dst.Drains, dst.PeakLength = d.Bytes, d.Writes, d.WritesFalse, d.Drains, d.PeakLength
	}
}
