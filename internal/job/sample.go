package job

import (
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/progress"
	"bpcopy/internal/side"
)

// sample returns the state of the copy, for the display. When the copy is over,
// its times are those of the summary.
func (j *Job) sample() progress.Sample {
	s := progress.Sample{
		Size:          j.size.Load(),
		HighWaterMark: j.plan.Transfer.HighWaterMark,
		ReadAhead:     j.plan.Transfer.ReadAhead,
	}
	switch t := j.transfer.Load(); {
	case t == nil:
		s.Elapsed = j.clock.Now().Sub(j.created)
	case j.chain.Load() != nil:
		s.Snapshot = j.chain.Load().stats()
		s.Written = j.chain.Load().read() // what there is a size of
	default:
		s.Snapshot = t.Stats()
	}
	if elapsed := time.Duration(j.elapsed.Load()); elapsed >= 0 {
		s.Elapsed = elapsed
		s.Waits.Commit(elapsed)
	}
	s.Awaited = j.operandAwaited(s.Awaited)
	return s
}

// operandAwaited returns what is awaited, with the number of the operand instead
// of that of the transfer's destination, where there are several operands.
func (j *Job) operandAwaited(a ledger.Awaited) ledger.Awaited {
	if a.Side == side.Neither {
		a.Side = side.Side(j.awaited.Load())
	}
	switch {
	case len(j.plan.Destinations) == 1:
		a.Destination = 0
	case a.Destination > 0:
		a.Destination = j.operandOf[a.Destination-1] + 1
	}
	return a
}
