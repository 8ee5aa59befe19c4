package document

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"bpcopy/internal/ledger"
)

// traceEvent is one event of Chrome's trace event format. Times are in microseconds.
type traceEvent struct {
	Phase   string         `json:"ph"`
	Process int            `json:"pid"`
	Thread  int            `json:"tid"`
	Time    float64        `json:"ts"`
	Name    string         `json:"name,omitempty"`
	Args    map[string]any `json:"args,omitempty"`
}

// The phases in use.
const (
	phaseBegin   = "B"
	phaseEnd     = "E"
	phaseCounter = "C"
	phaseAbout   = "M"
)

// writeTrace writes a timeline. Each run is a process. Its threads are the run as a
// whole, divided by who held it up, the source and the destinations. Slices follow
// each other without gaps. What is buffered, and how fast bytes move, are counters.
func writeTrace(w io.Writer, runs []Run) error {
	t := &traceWriter{w: w, before: "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n"}
	called := names(runs)
	for i := range runs {
		t.process, t.from = i+1, micros(runs[i].From)
		t.run(&runs[i], called[i])
	}
	if t.err == nil {
		_, t.err = io.WriteString(w, "\n]}\n")
	}
	return t.err
}

// traceWriter writes events, one a line.
type traceWriter struct {
	w       io.Writer
	process int
	from    float64 // when the run began, in microseconds
	before  string  // what comes before the next event
	err     error   // the first
}

func (t *traceWriter) event(e traceEvent) {
	if t.err != nil {
		return
	}
	e.Process = t.process
	if e.Phase != phaseAbout {
		e.Time += t.from
	}
	line, err := json.Marshal(e)
	if err == nil {
		_, err = fmt.Fprintf(t.w, "%s%s", t.before, line)
	}
	t.err, t.before = err, ",\n"
}

// run writes one run.
func (t *traceWriter) run(r *Run, name string) {
	s := r.Series
	end := max(s.Until, time.Duration(r.Summary.ElapsedSeconds*float64(time.Second)))
	t.event(traceEvent{Phase: phaseAbout, Name: "process_name", Args: map[string]any{"name": "bpcopy: " + name}})
	if s.Holders == nil { // nobody told
		t.thread(0, "run", end, func(int) string { return "" }, s)
	} else {
		t.thread(0, "run", end, func(i int) string { return heldBy(s, i) }, s)
	}
	if s.Source == nil { // nothing is known but how long it took
		return
	}
	if !r.sums() { // or some may be paused, and some not
		t.ends(r, end)
	}
	t.counters(r)
}

// heldBy names who held a run up for most of a bucket.
func heldBy(s ledger.Series, i int) string {
	if i >= len(s.Holders) || time.Duration(i)*s.Width >= s.Until {
		return "commit"
	}
	return mostly(s.Holders[i])
}

// ends writes the threads of the source, the stages and the destinations.
func (t *traceWriter) ends(r *Run, end time.Duration) {
	s := r.Series
	t.thread(1, "source", end, func(i int) string { return state(s.Source, i, s.Width, "paused", "flowing") }, s)
	for k, stage := range r.Stages {
		t.thread(2+k, short(stage.Name), end, func(i int) string { return state(stage.Buckets, i, s.Width, "full", "not full") }, s)
	}
	for d, buckets := range s.Destinations {
		t.thread(2+len(r.Stages)+d, r.nameOf(d), end, func(i int) string { return state(buckets, i, s.Width, "full", "not full") }, s)
	}
}

// thread writes a slice over all of a run, and in it slices that each last as long
// as their name is the same. "" is no slice.
func (t *traceWriter) thread(id int, name string, end time.Duration, of func(bucket int) string, s ledger.Series) {
	t.event(traceEvent{Phase: phaseAbout, Thread: id, Name: "thread_name", Args: map[string]any{"name": name}})
	t.event(traceEvent{Phase: phaseAbout, Thread: id, Name: "thread_sort_index", Args: map[string]any{"sort_index": id}})
	t.event(traceEvent{Phase: phaseBegin, Thread: id, Name: name})
	last := ""
	for i := 0; ; i++ {
		at := time.Duration(i) * s.Width
		over := i > len(s.Source) || at >= end
		switch {
		case over && last != "":
			t.event(traceEvent{Phase: phaseEnd, Thread: id, Time: micros(end)})
		case !over && of(i) != last:
			if last != "" {
				t.event(traceEvent{Phase: phaseEnd, Thread: id, Time: micros(at)})
			}
			last = of(i)
			t.event(traceEvent{Phase: phaseBegin, Thread: id, Time: micros(at), Name: last})
		}
		if over {
			break
		}
	}
	t.event(traceEvent{Phase: phaseEnd, Thread: id, Time: micros(end)})
}

// counters writes what is buffered, and how fast bytes move.
func (t *traceWriter) counters(r *Run) {
	s := r.Series
	for i := range s.Source {
		at := micros(time.Duration(i) * s.Width)
		buffered := map[string]any{"source": s.Source[i].Length}
		perSecond := map[string]any{"source": rate(s.Source[i].Bytes, s.Width)}
		refused := make(map[string]any)
		for d, buckets := range s.Destinations {
			name := fmt.Sprintf("destination %d", 1+d)
			buffered[name], perSecond[name] = buckets[i].Length, rate(buckets[i].Bytes, s.Width)
			refused[name] = buckets[i].WritesFalse
		}
		t.event(traceEvent{Phase: phaseCounter, Time: at, Name: "buffered (bytes)", Args: buffered})
		t.event(traceEvent{Phase: phaseCounter, Time: at, Name: "moved (bytes/s)", Args: perSecond})
		t.event(traceEvent{Phase: phaseCounter, Time: at, Name: "write() false", Args: refused})
	}
}

// nameOf returns the name of a destination of the series.
func (r *Run) nameOf(dst int) string {
	if r.Index != nil {
		dst = r.Index(dst)
	}
	if dst < 0 || dst >= len(r.Summary.Destinations) {
		return fmt.Sprintf("destination %d", 1+dst)
	}
	return short(r.Summary.Destinations[dst].Name)
}

// holderNames are the holders in words, by index.
func holderNames() [ledger.Holders]string {
	return [...]string{
		ledger.ByProgram:     "program",
		ledger.BySource:      "source",
		ledger.ByDestination: "destination",
		ledger.ByLimit:       "limit",
		ledger.ByUser:        "user",
		ledger.ByStage:       "stage",
	}
}

// mostly names the holder who held the copy up for longest in a bucket.
func mostly(bucket [ledger.Holders]time.Duration) string {
	most := 0
	for h := range bucket {
		if bucket[h] > bucket[most] {
			most = h
		}
	}
	return holderNames()[most]
}

// state names the state in which an end was for most of a bucket.
func state(buckets []ledger.Bucket, i int, width time.Duration, held, free string) string {
	if i < len(buckets) && buckets[i].Held > width/2 {
		return held
	}
	return free
}

func rate(bytes int64, width time.Duration) float64 { return float64(bytes) / width.Seconds() }

// micros returns a time in microseconds.
func micros(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
