package recording

import (
	"fmt"
	"time"

	"bpcopy/internal/document"
	"bpcopy/internal/ledger"
	"bpcopy/internal/report"
	"bpcopy/internal/side"
	"bpcopy/internal/stream"
)

// account is told the events of one part.
type account struct {
	name   string
	waits  []*event // that have come before it was known how many destinations there are
	ledger *ledger.Ledger
	now    time.Duration

	delivered int64   // bytes of all data events
	written   []int64 // for each destination, the bytes that its writes have taken
	finished  int     // destinations
	over      bool    // the callback has come
	code      string  // of the first error
}

// tell tells an event. All destinations are piped to before the first byte moves.
func (a *account) tell(e *event) error {
	if a.ledger == nil {
		a.waits = append(a.waits, e)
		if len(a.waits) > mostDestinations+1 || e.moves() {
			return a.begin()
		}
		return nil
	}
	return a.enter(e)
}

// moves reports whether a byte moves with an event.
func (e *event) moves() bool { return e.Event == stream.Data.String() }

// begin makes the ledger, and enters the events that were waiting for it.
func (a *account) begin() error {
	destinations := 1
	for _, e := range a.waits {
		destinations = max(destinations, e.Dst+1)
	}
	a.ledger, a.written = ledger.New(destinations), make([]int64, destinations)
	a.ledger.KeepSeries()
	for _, e := range a.waits {
		if err := a.enter(e); err != nil {
			return err
		}
	}
	a.waits = nil
	return nil
}

// enter enters an event in the ledger. What has moved follows from what was told to
// move and what is still buffered.
func (a *account) enter(e *event) error {
	told := e.of()
	if told.Dst >= len(a.written) {
		return fmt.Errorf(`"dst" is %d: want one of the %d destinations that were piped to at first`, told.Dst, len(a.written))
	}
	a.now = max(a.now, e.at())
	switch told.Kind {
	case stream.Data:
		a.delivered += told.Bytes
	case stream.Write:
		if told.Ret || told.NeedDrain { // or it was refused
			a.written[told.Dst] += told.Bytes
		}
	case stream.Finish:
		a.finished++
	case stream.Errored, stream.Callback:
		a.over = a.over || told.Kind == stream.Callback
		if a.code == "" {
			a.code = told.Code
		}
		a.ledger.Event(a.now, told)
		return nil
	}
	if told.Dst == stream.FromSource {
		a.ledger.Moved(a.now, told.Dst, a.delivered+told.ReadableLength)
	} else {
		a.ledger.Moved(a.now, told.Dst, a.written[told.Dst]-told.Length)
	}
	a.ledger.Event(a.now, told)
	if told.Kind == stream.Write && (told.Ret || told.NeedDrain) { // a chunk counts while it is written, however soon that is
		a.ledger.Buffered(a.now, told.Dst, told.Length, max(told.Length, told.Bytes))
	}
	return nil
}

// run returns what documents tell of the part.
func (a *account) run() document.Run {
	if a.ledger == nil {
		_ = a.begin() // all destinations are known: an event names no others
	}
	s := report.Summary{Schema: report.Schema, Name: a.name, Source: report.Source{Name: a.name}}
	for i := range a.written {
		s.Destinations = append(s.Destinations, report.Destination{Name: fmt.Sprintf("destination %d", i+1)})
	}
	s.Count(a.ledger.Snapshot(a.now, side.Neither), func(dst int) int { return dst })
	s.Waited, s.Bottleneck, s.BottleneckShare = report.Waited{}, "", 0 // no event tells that
	switch {
	case a.code != "":
		s.Result, s.ExitCode = report.Failed.String(), int(report.Failed)
		s.Error = new("the stream failed: " + a.code)
	case a.over || a.finished == len(a.written):
		s.Result = report.OK.String()
	}
	return document.Run{Summary: s, Series: a.ledger.Series(a.now)}
}
