package job

import (
	"fmt"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
)

// stats returns what the copy has come to: the counts of the last leg, and who held
// the chain up.
func (c *chain) stats() ledger.Snapshot {
	whole, _ := c.whole()
	return whole
}

// whole is stats, and returns for how long each stage held the chain up.
func (c *chain) whole() (whole ledger.Snapshot, held []time.Duration) {
	waits := make([]ledger.Waits, len(c.legs))
	lastMoved := time.Time{}
	for k, leg := range c.legs {
		whole = leg.Stats()
		waits[k] = whole.Waits
		if whole.LastMoved.After(lastMoved) {
			lastMoved = whole.LastMoved
		}
	}
	whole.LastMoved = lastMoved
	whole.Elapsed = c.job.clock.Now().Sub(c.job.began)
	if over := time.Duration(c.over.Load()); over > 0 {
		whole.Elapsed = over
	}
	whole.Waits, held = ledger.Through(waits, whole.Elapsed)
	if whole.Awaited.Side == side.Source {
		whole.Awaited = ledger.Awaited{}
		whole.Awaited.Side, _ = c.awaited()
	}
	return whole, held
}

// series returns how the chain went over time, and its stages.
func (c *chain) series() (ledger.Series, []document.Stage) {
	legs := make([]ledger.Series, len(c.legs))
	for k, leg := range c.legs {
		legs[k] = leg.Series()
	}
	whole, told := ledger.ThroughSeries(legs)
	stages := make([]document.Stage, len(told))
	for k, stage := range told {
		stages[k] = document.Stage{Name: fmt.Sprintf("stage %d: %s", k+1, c.links[k].Command()), Buckets: stage.Buckets, Holding: stage.Holding}
	}
	return whole, stages
}

// read returns how many bytes the source has delivered.
func (c *chain) read() int64 { return c.legs[0].Stats().Read }

// stages returns the stages for the summary. The legs may be missing, if the copy
// failed before it could move bytes.
func (c *chain) stages() []report.Stage {
	var all []report.Stage
	for k, l := range c.links {
		s := report.Stage{Command: l.Command(), ExitStatus: l.ExitStatus()}
		if k+1 < len(c.legs) && c.legs[k+1] != nil {
			s.Read, s.Written = c.leg(k), c.leg(k+1)
		}
		all = append(all, s)
	}
	return all
}

func (c *chain) leg(k int) report.Leg { return report.NewLeg(c.legs[k].Stats(), c.legs[k].Conduit()) }
