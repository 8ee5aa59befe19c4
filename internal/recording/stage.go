package recording

import (
	"fmt"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/stream"
)

// stage accounts for a stage of a scenario, as the destination of what is before it.
type stage struct {
	ledger  *ledger.Ledger
	written int64 // bytes
}

// mostStages is how many stages have an account.
const mostStages = 64

// ofStage reports whether an event is one of a stage.
func (e *event) ofStage() bool { return e.Stage != nil }

// tellStage tells an event of a stage.
func (a *account) tellStage(e *event) {
	told, index := e.of(), *e.Stage
	if index < 0 || index >= mostStages {
		return
	}
	for len(a.stages) <= index {
		s := &stage{ledger: ledger.New(1)}
		s.ledger.KeepSeries()
		a.stages = append(a.stages, s)
	}
	switch told.Kind {
	case stream.Write, stream.Drain, stream.Finish:
	default:
		return // of its readable side, or of both
	}
	s := a.stages[index]
	a.now, told.Dst = max(a.now, e.at()-a.from), 0
	if told.Kind == stream.Write && (told.Ret || told.NeedDrain) {
		s.written += told.Bytes
	}
	s.ledger.Moved(a.now, 0, s.written-told.Length)
	s.ledger.Event(a.now, told)
}

// stageSeries returns the stages over time.
func (a *account) stageSeries() (all []document.Stage) {
	for i, s := range a.stages {
		all = append(all, document.Stage{Name: fmt.Sprintf("stage %d", i+1), Buckets: s.ledger.Series(a.now).Destinations[0]})
	}
	return all
}
