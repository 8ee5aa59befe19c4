package recording

import (
	"cmp"
	"fmt"
	"slices"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
)

// whole returns what documents tell of a copy whose summary was recorded: as its own
// report does.
func (r *reader) whole() document.Run {
	run := document.Run{Summary: r.summary.Summary}
	run.Summary.Name = r.name
	run.Index = r.operand
	legs := slices.SortedFunc(slices.Values(r.order), func(a, b *account) int { return cmp.Compare(a.part.leg, b.part.leg) })
	switch n := len(r.summary.Held); {
	case n == 0 || n != len(legs): // the copy failed before a byte could move
	case n == 1:
		run.Series = legs[0].series(&r.summary.Held[0], r.taken)
	default:
		run.Series, run.Stages = r.through(legs)
	}
	return run
}

// operand returns the index in the summary of a destination of the events.
func (r *reader) operand(dst int) int {
	if dst < len(r.summary.Operands) {
		return r.summary.Operands[dst]
	}
	return dst
}

// taken returns how many bytes a destination of the events has taken.
func (r *reader) taken(dst int) int64 {
	if i := r.operand(dst); i >= 0 && i < len(r.summary.Destinations) {
		return r.summary.Destinations[i].Bytes
	}
	return 0
}

// through returns how a chain went.
func (r *reader) through(legs []*account) (ledger.Series, []document.Stage) {
	all := make([]ledger.Series, len(legs))
	for k, leg := range legs {
		taken := r.taken
		if k < len(r.summary.Stages) {
			taken = func(int) int64 { return r.summary.Stages[k].Read.Bytes }
		}
		all[k] = leg.series(&r.summary.Held[k], taken)
	}
	whole, told := ledger.ThroughSeries(all)
	stages := make([]document.Stage, len(told))
	for k, stage := range told {
		stages[k] = document.Stage{Name: fmt.Sprintf("stage %d", k+1), Buckets: stage.Buckets, Holding: stage.Holding}
		if k < len(r.summary.Stages) {
			stages[k].Name += ": " + r.summary.Stages[k].Command
		}
	}
	return whole, stages
}
