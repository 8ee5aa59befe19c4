package recording

import (
	"fmt"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/stream"
)

// flow adds up one direction of all connections of a proxy. A nil *flow is told in vain.
type flow struct {
	ledger                  *ledger.Ledger
	now                     time.Duration
	read, written           int64
	pauses, drains, resumes int64
}

func newFlow() *flow {
	f := &flow{ledger: ledger.New(1)}
	f.ledger.KeepSeries()
	return f
}

// moved notes that so many bytes have moved at an end of a connection. An event of the
// same moment follows.
func (f *flow) moved(a *account, e *stream.Event, bytes int64) {
	if f == nil {
		return
	}
	total, told := &f.read, &a.moved[0]
	if e.Dst != stream.FromSource {
		total, told = &f.written, &a.moved[1]
	}
	*total += max(0, bytes-*told)
	*told = max(*told, bytes)
}

// note notes an event of a connection.
func (f *flow) note(at time.Duration, e *stream.Event) {
	if f == nil {
		return
	}
	switch {
	case e.Kind == stream.Pause && e.Cause == stream.CauseBackpressure:
		f.pauses++
	case e.Kind == stream.Resume && e.Cause == stream.CauseDrain:
		f.resumes++
	case e.Kind == stream.Drain:
		f.drains++
	}
	f.now = max(f.now, at)
	f.ledger.Moved(f.now, stream.FromSource, f.read)
	f.ledger.Moved(f.now, 0, f.written)
	f.ledger.Buffered(f.now, 0, max(0, f.read-f.written), 0)
	f.ledger.Counted(f.now, 0, f.pauses, f.drains)
}

// proxyRuns returns what documents tell of a proxy: as a whole, its directions, and the
// first connections.
func (r *reader) proxyRuns() []document.Run {
	s, known := report.ProxySummary{Listen: r.name}, r.proxy != nil
	if known {
		s = *r.proxy
	}
	down, up := r.flows["down"], r.flows["up"]
	if !known {
		s.ElapsedSeconds = max(down.now, up.now).Seconds()
		s.Connections.Opened = int64(len(r.connections))
		s.Down, s.Up = down.summary(), up.summary()
		s.Bytes = s.Down.Bytes + s.Up.Bytes
	}
	s.Name = r.name
	all := document.ProxyRuns(&s)
	if !known { // what became of them is not
		all[0].Facts = all[0].Facts[:1]
		all[0].Verdict = []string{fmt.Sprintf("%d connections, the first of which are shown.", len(r.connections))}
	}
	until := max(down.now, up.now)
	all[1].Series, all[2].Series = down.ledger.Series(until), up.ledger.Series(until)
	for _, name := range []int{1, 2} {
		all[name].Summary.Name = r.name + " " + all[name].Summary.Name
	}
	for _, a := range r.order {
		if a.drawn {
			all = append(all, a.row(&s))
		}
	}
	return all
}

// summary returns what is known of a direction.
func (f *flow) summary() report.ProxyFlow {
	return report.ProxyFlow{Bytes: f.written, Read: f.read, Pauses: f.pauses, Drains: f.drains, Resumes: f.resumes}
}

// row returns a direction of a connection.
func (a *account) row(s *report.ProxySummary) document.Run {
	events := a.run()
	run := document.ProxyRow(s, a.part.conn, a.part.dir)
	run.Summary.Count(a.count(), func(int) int { return 0 })
	run.Summary.Waited, run.Summary.Bottleneck, run.Summary.BottleneckShare = report.Waited{}, "", 0
	run.Series, run.From = events.Series, a.from
	return run
}
