package lesson

import (
	"context"
	"encoding/json"
	"reflect"
	"time"

	"bpcopy/internal/scenario"
	"bpcopy/internal/stream"
	"bpcopy/internal/trace"
)

// answer is what the page gets for its settings.
type answer struct {
	Scenario json.RawMessage   `json:"scenario"` // for bpcopy simulate
	Program  []codeLine        `json:"program"`  // the same for Node
	Events   []json.RawMessage `json:"events"`   // the lines of bpcopy simulate
	Moments  []moment          `json:"moments"`  // in the order of time; the last is the end
	Summary  json.RawMessage   `json:"summary"`  // the last line of bpcopy simulate
}

// moment is the state between two entries of the agenda.
type moment struct {
	T       int64   `json:"t"`       // virtual time in ms
	N       int     `json:"n"`       // how many events came before it
	RLength int64   `json:"rlength"` // buffered by the source, in bytes
	Lengths []int64 `json:"lengths"` // buffered for each destination
	Taken   []int64 `json:"taken"`   // by each destination
}

// answerTo runs the scenario of the settings. It fails when ctx ends.
func answerTo(ctx context.Context, s settings) (*answer, error) {
	doc := s.document()
	parsed, err := scenario.Parse(doc, "lesson")
	if err != nil {
		panic("lesson: internal error: " + err.Error())
	}
	w := watcher{answer: &answer{Scenario: doc, Program: s.program()}}
	w.run = parsed.NewRun(w.observe)
	w.run.By(w.now)
	if err := w.run.Live(ctx); err != nil {
		return nil, err
	}
	w.look()
	w.answer.Summary = w.run.Summary().AppendLine(nil)
	return w.answer, nil
}

// watcher notes the events of a run, and the moments between them.
//
// A live run asks its clock before each entry of the agenda. That is when the
// watcher looks at it. Its clock says each time that the entry is overdue, so
// that the run waits for nothing. Times are those of the scenario all the same.
type watcher struct {
	run     *scenario.Run
	answer  *answer
	data    int64 // bytes that the source has handed out
	started bool  // the run has asked for the time of its start
}

// now is the clock of the run.
func (w *watcher) now() time.Time {
	const late = 1000 * time.Hour // longer than any run that the bounds allow
	if !w.started {               // it holds its lock then, and there is nothing to see yet
		w.started = true
		return time.Time{}
	}
	w.look()
	return time.Time{}.Add(late)
}

// observe notes an event. It is a [scenario.Observer].
func (w *watcher) observe(atMS int64, e *stream.Event) {
	if e.Kind == stream.Data {
		w.data += e.Bytes
	}
	n := int64(len(w.answer.Events))
	w.answer.Events = append(w.answer.Events, trace.AppendEvent(nil, trace.Micros(atMS*1000), n, e))
}

// look notes the present moment, unless it is like the one before.
func (w *watcher) look() {
	stats := w.run.Stats()
	m := moment{T: stats.Elapsed.Milliseconds(), N: len(w.answer.Events), RLength: stats.Read - w.data}
	for _, d := range stats.Destinations {
		m.Lengths = append(m.Lengths, d.Length)
		m.Taken = append(m.Taken, d.Bytes)
	}
	if n := len(w.answer.Moments); n == 0 || !reflect.DeepEqual(m, w.answer.Moments[n-1]) {
		w.answer.Moments = append(w.answer.Moments, m)
	}
}
