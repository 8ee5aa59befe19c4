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
	part   part
	name   string
	from   time.Duration // when the part began
	drawn  bool          // a series is kept
	flow   *flow         // is told of what moves, too; nil if there is none
	waits  []*event      // that have come before it was known how many destinations there are
	ledger *ledger.Ledger
	stages []*stage
	now    time.Duration // since it began

	delivered int64    // bytes of all data events
	written   []int64  // for each destination, the bytes that its writes have taken
	moved     [2]int64 // what the flow was told of: by the source, and to the destination
	finished  int      // destinations
	over      bool     // the callback has come
	code      string   // of the first error
}

// tell tells an event. All destinations are piped to before the first byte moves.
func (a *account) tell(e *event) error {
	if e.ofStage() {
		a.tellStage(e)
		return nil
	}
	if e.Src > 0 {
		return nil // the account is of the first source
	}
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
	if a.drawn {
		a.ledger.KeepSeries()
	}
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
	a.now = max(a.now, e.at()-a.from)
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
	moved := a.delivered + told.ReadableLength
	if told.Dst != stream.FromSource {
		moved = a.written[told.Dst] - told.Length
	}
	if told.Kind != stream.Unpipe && told.Kind != stream.Close { // then what was buffered may be thrown away
		a.ledger.Moved(a.now, told.Dst, moved)
		a.flow.moved(a, told, moved)
	}
	a.ledger.Event(a.now, told)
	if told.Kind == stream.Write && (told.Ret || told.NeedDrain) { // a chunk counts while it is written, however soon that is
		a.ledger.Buffered(a.now, told.Dst, told.Length, max(told.Length, told.Bytes))
	}
	a.flow.note(a.from+a.now, told)
	return nil
}

// finish makes the ledger if no event has.
func (a *account) finish() {
	if a.ledger == nil {
		_ = a.begin() // all destinations are known: an event names no others
	}
}

// count returns what the part has come to.
func (a *account) count() ledger.Snapshot { return a.ledger.Snapshot(a.now, side.Neither) }

// run returns what documents tell of the part, by its events alone.
func (a *account) run() document.Run {
	a.finish()
	s := report.Summary{Schema: report.Schema, Name: a.name, Source: report.Source{Name: a.name}}
	for i := range a.written {
		s.Destinations = append(s.Destinations, report.Destination{Name: fmt.Sprintf("destination %d", i+1)})
	}
	s.Count(a.count(), func(dst int) int { return dst })
	s.Waited, s.Bottleneck, s.BottleneckShare = report.Waited{}, "", 0 // no event tells that
	switch {
	case a.code != "":
		s.Result, s.ExitCode = report.Failed.String(), int(report.Failed)
		s.Error = new("the stream failed: " + a.code)
	case a.over || a.finished == len(a.written):
		s.Result = report.OK.String()
	}
	return document.Run{Summary: s, Series: a.ledger.Series(a.now), Stages: a.stageSeries(), From: a.from}
}

// series returns how the part went, with who held it up. Each destination has taken so
// many bytes in the end, whatever the events tell of it.
func (a *account) series(held *report.Held, taken func(dst int) int64) ledger.Series {
	a.finish()
	a.now = max(a.now, held.Until)
	for dst := range a.written {
		a.ledger.Moved(a.now, dst, taken(dst))
	}
	s := a.ledger.Series(a.now)
	held.Join(&s)
	return s
}
