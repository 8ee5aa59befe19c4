package scenario

import (
	"slices"
	"time"

	"bpcopy/internal/ledger"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// leg is the account of what one stream hands on to the next: from the source to the
// first stage, and so on to the destinations. Leg k leads to stage k.
type leg struct {
	ledger *ledger.Ledger
	waits  ledger.Waits
}

// makeLegs makes the legs, where there is a stage.
func (d *driver) makeLegs() {
	if len(d.stages) == 0 {
		return
	}
	for range d.stages {
		d.legs = append(d.legs, &leg{ledger: ledger.New(1)})
	}
	d.legs = append(d.legs, &leg{ledger: ledger.New(len(d.dests))})
	d.held = make([]time.Duration, len(d.stages))
}

// Legs returns what each leg has come to, and for how long each stage held up the run.
// It returns nothing where there is no stage. It may be called whenever Stats may.
func (r *Run) Legs() (legs []ledger.Snapshot, held []time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	d := r.driver
	if len(d.legs) == 0 {
		return nil, nil
	}
	for k, l := range d.legs {
		if k < len(d.stages) {
			in := d.stages[k].transform.In()
			l.ledger.Buffered(d.now(), 0, in.Length(), in.Stats().PeakLength)
			l.ledger.Moved(d.now(), 0, d.stages[k].bytesIn)
		} else {
			d.tellLengths(l.ledger)
			for i, dst := range d.dests {
				l.ledger.Moved(d.now(), i, dst.sunk)
			}
		}
		snapshot := l.ledger.Snapshot(d.now(), side.Neither)
		snapshot.Waits = l.waits
		legs = append(legs, snapshot)
	}
	return legs, slices.Clone(d.held)
}

// eventOfLeg tells an event to the legs that it is of. A stage is the destination of one
// and the source of the next.
func (d *driver) eventOfLeg(e *stream.Event) {
	if len(d.legs) == 0 || e.Kind == stream.Errored || e.Kind == stream.Callback {
		return
	}
	switch {
	case e.Dst >= 0:
		d.legs[len(d.stages)].ledger.Event(d.now(), e)
	case e.Dst == stream.FromSource:
		if e.Index == 0 {
			d.legs[0].ledger.Event(d.now(), e)
		}
	default:
		in, out := *e, *e
		in.Dst, out.Dst = 0, stream.FromSource
		switch e.Kind {
		case stream.Data, stream.Pause, stream.Resume, stream.End:
			d.legs[e.Index+1].ledger.Event(d.now(), &out)
		case stream.Close:
			d.legs[e.Index+1].ledger.Event(d.now(), &out)
			d.legs[e.Index].ledger.Event(d.now(), &in)
		default:
			d.legs[e.Index].ledger.Event(d.now(), &in)
		}
	}
}

// holderOfLeg returns who holds up a leg: what leads to it has nothing, or what it
// leads to is not done with what it has.
func (d *driver) holderOfLeg(k int) ledger.Holder {
	source, destination := ledger.ByProgram, ledger.ByProgram
	switch {
	case k == 0:
		source = d.sourceHolder()
	case d.stages[k-1].transform.Out().Length() == 0 && !d.stages[k-1].transform.Out().Ended():
		source = ledger.BySource
	}
	switch {
	case k == len(d.stages):
		if d.destBusy() {
			destination = ledger.ByDestination
		}
	case d.stages[k].busy || d.stages[k].transform.In().Length() > 0:
		destination = ledger.ByDestination
	}
	return ledger.Between(source, destination)
}

// holderOfChain returns who holds up the run: who the last leg waits for, or if that is
// a stage, who the leg to it waits for, and so on. It also returns which stage it is.
func (d *driver) holderOfChain() (h ledger.Holder, stage int) {
	k := len(d.stages)
	for h = d.holderOfLeg(k); h == ledger.BySource && k > 0; {
		k--
		switch h = d.holderOfLeg(k); h {
		case ledger.ByDestination, ledger.ByBoth, ledger.ByProgram:
			return ledger.ByStage, k
		}
	}
	return h, d.heldBy
}

// holdLegs says that the time since the last entry belongs to whoever holds up each leg
// now, and returns who holds up the run.
func (d *driver) holdLegs(until time.Duration) (h ledger.Holder) {
	for k, l := range d.legs {
		l.waits.Until(until, d.holderOfLeg(k))
	}
	h, d.heldBy = d.holderOfChain()
	return h
}
