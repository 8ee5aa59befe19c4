package job

import (
	"time"

	"bpcopy/internal/evidence"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
	"bpcopy/internal/transfer"
)

// found is an entry of evidence, with what it is about in a chain.
type found struct {
	evidence.Entry
	stage *int // nil if it is about an end
}

// watch starts to find out why the copy waits. The function stop ends that, before the
// ends are closed.
func (j *Job) watch(t *transfer.Copy) (stop func()) {
	opts := evidence.Options{
		Source:     endOf(j.src),
		Stats:      func() ledger.Snapshot { return j.soFar(t) },
		Limiting:   j.limiting(t, append(j.destinations(), stream.FromSource)),
		LimitState: j.limitState,
	}
	for _, operand := range j.operandOf {
		opts.Destinations = append(opts.Destinations, endOf(j.dsts[operand]))
	}
	if c := j.chain.Load(); c != nil {
		return c.watch(opts)
	}
	w := evidence.Start(opts)
	j.watching.Store(w)
	return func() { j.found = foundIn(w.Stop()) }
}

// foundIn returns entries of a copy without stages.
func foundIn(entries []evidence.Entry) (all []found) {
	for _, e := range entries {
		all = append(all, found{Entry: e})
	}
	return all
}

// Because returns who was waited for most up to now and why, such as
// "destination: gzip, 99 % of a CPU". It returns "" if the kernel has not told yet, and
// for a copy with stages. It may be called at any time from another goroutine.
func (j *Job) Because() string {
	w := j.watching.Load()
	if w == nil {
		return ""
	}
	summary := j.soFarSummary(j.transfer.Load())
	summary.Evidence = j.evidence(foundIn(w.Entries()))
	why := summary.Because()
	if why == "" {
		return ""
	}
	return summary.Bottleneck + ": " + why
}

// endOf returns what is to be watched of an end.
func endOf(e interface {
	OnDisk() bool
	Socket() bool
	Examine(look func(fd int)) error
}) evidence.End {
	return evidence.End{File: e.OnDisk(), Socket: e.Socket(), Examine: e.Examine}
}

// soFar returns what the transfer has come to. While the destinations are committed,
// they are waited for.
func (j *Job) soFar(t *transfer.Copy) ledger.Snapshot {
	s := t.Stats()
	if side.Side(j.awaited.Load()) == side.Destination {
		s.Elapsed = j.clock.Now().Sub(j.began)
		s.Waits.Commit(s.Elapsed)
	}
	return s
}

// limiting returns a function that tells which of some ends of a leg waits for its time.
// If only one end ever does, it is that one. It returns nil if none does.
func (j *Job) limiting(t *transfer.Copy, ends []int) func() (end int, waits bool) {
	var limited []int
	for _, end := range ends {
		if j.limitState(end) != "" {
			limited = append(limited, end)
		}
	}
	switch len(limited) {
	case 0:
		return nil
	case 1:
		return func() (int, bool) { return limited[0], true }
	}
	return t.Limiting
}

// destinations returns the destinations of the last leg as its ends.
func (j *Job) destinations() []int {
	ends := make([]int, len(j.operandOf))
	for i := range ends {
		ends[i] = i
	}
	return ends
}

// limitState returns how an end of the transfer is limited, or "".
func (j *Job) limitState(end int) string {
	opts := j.plan.Transfer
	switch {
	case end == stream.FromSource:
		if opts.Producer.IsZero() {
			return ""
		}
		return evidence.ByScript
	case opts.Consumers != nil && !opts.Consumers[j.operandOf[end]].IsZero():
		return evidence.ByScript
	case opts.Rate > 0:
		return evidence.ByRate
	}
	return ""
}

// evidence returns what was found for the summary, what explains most first.
func (j *Job) evidence(found []found) []report.Evidence {
	var all []report.Evidence
	for _, e := range found[:min(len(found), report.MostEvidence)] {
		r := report.Evidence{
			Side: e.Side.String(), Kind: e.Kind, Share: e.Share,
			PID: e.PID, Command: e.Command, State: e.State, CPUShare: e.CPUShare,
			WaitChannel: e.WaitChannel, StalledShare: e.StalledShare,
		}
		if r.Stage = e.stage; r.Stage != nil {
			r.Side = "stage"
		} else if e.Side == side.Destination && len(j.plan.Destinations) > 1 {
			r.Destination = new(j.operandOf[e.Destination])
		}
		switch e.Kind {
		case evidence.TCP:
			r.ReceiverWindowSeconds, r.SendBufferSeconds = seconds(e.ReceiverWindow), seconds(e.SendBuffer)
			r.NetworkSeconds, r.RTTSeconds, r.Retransmits = seconds(e.Network), seconds(e.RTT), &e.Retransmits
		case evidence.Queue:
			r.Bytes, r.Capacity = &e.Bytes, &e.Capacity
		}
		all = append(all, r)
	}
	return all
}

func seconds(d time.Duration) *float64 { return new(d.Seconds()) }
