package job

import (
	"bpcopy/internal/progress"
	"bpcopy/internal/side"
)

// sample returns the state of the copy, for the display.
func (j *Job) sample() progress.Sample {
	s := progress.Sample{Size: j.size.Load()}
	if t := j.transfer.Load(); t != nil {
		s.Snapshot, s.HighWaterMark = t.Stats(), j.plan.Transfer.HighWaterMark
	}
	if s.WaitingFor == side.Neither {
		s.WaitingFor = side.Side(j.awaited.Load())
	}
	return s
}
