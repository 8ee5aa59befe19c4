package job

import (
	"bpcopy/internal/progress"
	"bpcopy/internal/side"
)

// sample is the copy as it stands, for the display.
func (j *Job) sample() progress.Sample {
	s := progress.Sample{Size: j.total.Load()}
	if t := j.transfer.Load(); t != nil {
		s.Snapshot, s.HighWaterMark = t.Stats(), j.plan.Transfer.HighWaterMark
	}
	if s.WaitingFor == side.Neither {
		s.WaitingFor = side.Side(j.awaited.Load())
	}
	return s
}
