package job

import (
	"cmp"
	"slices"
	"time"

	"bpcopy/internal/evidence"
	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// watch starts to find out why each leg waits. The options are those of a copy without
// stages. What the end of a leg tells that is a stage is about that stage.
func (c *chain) watch(opts evidence.Options) (stop func()) {
	last := len(c.legs) - 1
	var all []*evidence.Watch
	for k, leg := range c.legs {
		o := evidence.Options{Source: opts.Source, Stats: leg.Stats, LimitState: opts.LimitState}
		if k == 0 {
			o.Limiting = c.job.limiting(leg, []int{stream.FromSource})
		} else {
			o.Source = endOf(c.links[k-1].out)
		}
		if k < last {
			o.Destinations = []evidence.End{endOf(c.links[k].in)}
		} else {
			o.Stats, o.Destinations = opts.Stats, opts.Destinations
			o.Limiting = c.job.limiting(leg, c.job.destinations())
		}
		all = append(all, evidence.Start(o))
	}
	return func() {
		for k, w := range all {
			for _, e := range w.Stop() {
				c.find(k, e)
			}
		}
		c.sortFound()
	}
}

// find takes an entry of a leg. Of a stage only its process is of interest: what waits
// in its pipes is told by the counts of the legs. Both legs may have found it.
func (c *chain) find(leg int, e evidence.Entry) {
	f := found{Entry: e}
	switch {
	case e.Kind == evidence.Limit:
	case e.Side == side.Destination && leg < len(c.links):
		f.stage = new(leg)
	case e.Side == side.Source && leg > 0:
		f.stage = new(leg - 1)
	}
	known := func(other found) bool {
		return other.stage != nil && *other.stage == *f.stage && other.Command == e.Command
	}
	if f.stage != nil && (e.Kind != evidence.Process || slices.ContainsFunc(c.job.found, known)) {
		return
	}
	c.job.found = append(c.job.found, f)
}

// sortFound puts first what is about who held the chain up longest, and of several
// stages the one that did.
func (c *chain) sortFound() {
	whole, held := c.whole()
	longest, _ := whole.Waits.Longest(ledger.Waits{})
	rank := func(f found) time.Duration {
		holder, own := ledger.ByDestination, time.Duration(0)
		switch {
		case f.stage != nil:
			holder, own = ledger.ByStage, held[*f.stage]
		case f.Kind == evidence.Limit:
			holder = ledger.ByLimit
		case f.Side == side.Source:
			holder = ledger.BySource
		}
		if holder == longest {
			return whole.Waits.Total() + own
		}
		return own
	}
	slices.SortStableFunc(c.job.found, func(a, b found) int { return cmp.Compare(rank(b), rank(a)) })
}
