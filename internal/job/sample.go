package job

import (
	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
)

// sample is the copy as it stands, for the display.
func (j *Job) sample() progress.Sample {
	s := progress.Sample{Size: j.total.Load()}
	if t := j.transfer.Load(); t != nil {
		s.Snapshot, s.HighWaterMark = t.Stats(), j.plan.Transfer.HighWaterMark
	}
	if s.WaitingFor == ledger.Neither {
		s.WaitingFor = ledger.Side(j.awaited.Load())
	}
	return s
}
