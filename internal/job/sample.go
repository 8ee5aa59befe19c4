package job

import (
	"bpcopy/internal/progress"
	"bpcopy/internal/transfer"
)

// sample is the copy as it stands, for the display.
func (j *Job) sample() progress.Sample {
	s := progress.Sample{Size: j.total.Load(), LastMoved: j.started, Stuck: progress.Side(j.awaited.Load())}
	t := j.transfer.Load()
	if t == nil {
		return s
	}
	stats := t.Stats()
	s.Bytes = stats.Written
	s.Pauses, s.Drains, s.Resumes = stats.Pauses, stats.Drains(), stats.Resumes
	s.Buffered, s.HighWaterMark = stats.Length(), j.plan.Transfer.HighWaterMark
	s.LastMoved = stats.LastMoved
	switch stats.WaitingFor {
	case transfer.SourceSide:
		s.Stuck = progress.SideSource
	case transfer.DestinationSide:
		s.Stuck = progress.SideDestination
	}
	return s
}
