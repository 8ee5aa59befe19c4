package scenario

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"bpcopy/internal/stream"
)

// Summary is the result of a run: the last line of its output. The fields are
// in the order in which Node's oracle prints them.
type Summary struct {
	Name               *string     `json:"name,omitempty"` // nil if it has none
	PauseEvents        int64       `json:"pause_events"`
	PauseByCause       Causes      `json:"pause_by_cause"`
	ResumeEvents       int64       `json:"resume_events"`
	ResumeByCause      Causes      `json:"resume_by_cause"`
	Drains             int64       `json:"drains"`
	DataEvents         int64       `json:"data_events"`
	Writes             int64       `json:"writes"`
	WritesFalse        int64       `json:"writes_false"`
	SinkCalls          int64       `json:"sink_calls"`
	WritevCalls        int64       `json:"writev_calls"`
	BytesRead          int64       `json:"bytes_read"`
	BytesSunk          int64       `json:"bytes_sunk"`
	PeakWritableLength Lengths     `json:"peak_writable_length"`
	PeakReadableLength int64       `json:"peak_readable_length"`
	PeakTotalLength    int64       `json:"peak_total_length"`
	PushFalse          int64       `json:"push_false"`
	Reads              int64       `json:"reads"`
	PerDest            []DestStats `json:"per_dest,omitempty"` // nil for one destination
	MoreSources        []SourceRow `json:"more_sources,omitempty"`
	Stages             []StageRow  `json:"stages,omitempty"`
	Ended              bool        `json:"ended"`
	Finished           []bool      `json:"finished"`
	Destroyed          Destroyed   `json:"destroyed"`
	Stuck              bool        `json:"stuck,omitempty"`
	VirtualMS          int64       `json:"virtual_ms"`
}

// DestStats are the counts of one of several destinations.
type DestStats struct {
	Writes      int64 `json:"writes"`
	WritesFalse int64 `json:"writes_false"`
	Drains      int64 `json:"drains"`
	Bytes       int64 `json:"bytes"`
	SinkCalls   int64 `json:"sink_calls"`
}

// ReadableRow are the counts of a source behind the first, or of a stage.
type ReadableRow struct {
	DataEvents   int64 `json:"data_events"`
	BytesRead    int64 `json:"bytes_read"`
	PauseEvents  int64 `json:"pause_events"`
	ResumeEvents int64 `json:"resume_events"`
}

// SourceRow is a source behind the first.
type SourceRow struct {
	ReadableRow
	PeakReadableLength int64 `json:"peak_readable_length"`
	PushFalse          int64 `json:"push_false"`
	Reads              int64 `json:"reads"`
	Ended              bool  `json:"ended"`
	Destroyed          bool  `json:"destroyed"`
}

// StageRow is a stage: its writable side first, then its readable side.
type StageRow struct {
	Writes      int64 `json:"writes"`
	WritesFalse int64 `json:"writes_false"`
	Drains      int64 `json:"drains"`
	Transforms  int64 `json:"transforms"` // chunks that came in
	BytesIn     int64 `json:"bytes_in"`
	BytesOut    int64 `json:"bytes_out"`
	ReadableRow
	PeakWritableLength int64 `json:"peak_writable_length"`
	PeakReadableLength int64 `json:"peak_readable_length"`
	Finished           bool  `json:"finished"`
	Ended              bool  `json:"ended"`
	Destroyed          bool  `json:"destroyed"`
}

// Destroyed says which of the streams are destroyed.
type Destroyed struct {
	Src bool   `json:"src"`
	Dst []bool `json:"dst"`
}

// CauseCount is the number of events of one cause.
type CauseCount struct {
	Cause stream.Cause
	Count int64
}

// Causes counts events by cause, in the order in which the causes first came.
type Causes []CauseCount

func (c *Causes) add(cause stream.Cause) {
	i := slices.IndexFunc(*c, func(n CauseCount) bool { return n.Cause == cause })
	if i < 0 {
		i = len(*c)
		*c = append(*c, CauseCount{Cause: cause})
	}
	(*c)[i].Count++
}

func (c Causes) total() int64 {
	var total int64
	for _, n := range c {
		total += n.Count
	}
	return total
}

// MarshalJSON returns a JSON object with a number for each cause.
func (c Causes) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, n := range c {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, n.Cause.String()...)
		b = append(b, '"', ':')
		b = strconv.AppendInt(b, n.Count, 10)
	}
	return append(b, '}'), nil
}

// Lengths has one length for each destination, in bytes.
type Lengths []int64

// MarshalJSON returns a number for one destination, and else a list; 0 for
// none.
func (l Lengths) MarshalJSON() ([]byte, error) {
	switch len(l) {
	case 0:
		return []byte{'0'}, nil
	case 1:
		return strconv.AppendInt(nil, l[0], 10), nil
	}
	return json.Marshal([]int64(l))
}

// AppendLine appends the summary as one line of JSON, with its newline.
func (s Summary) AppendLine(b []byte) []byte {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false) // as JSON.stringify
	if err := enc.Encode(s); err != nil {
		panic("scenario: internal error: a summary that is no JSON: " + err.Error())
	}
	b = append(b, `{"summary":true,`...)
	return append(b, line.Bytes()[1:]...)
}

// summary returns the result of the run so far.
func (d *driver) summary() Summary {
	src := d.src.readable.Stats()
	s := Summary{
		Name:               d.scenario.Name,
		PauseEvents:        d.pauses.total(),
		PauseByCause:       d.pauses,
		ResumeEvents:       d.resumes.total(),
		ResumeByCause:      d.resumes,
		DataEvents:         src.Data,
		BytesRead:          src.Bytes,
		PeakReadableLength: src.PeakLength,
		PeakTotalLength:    d.machine.PeakLength(),
		PushFalse:          d.src.pushFalse,
		Reads:              d.src.reads,
		Ended:              d.src.readable.Ended(),
		Finished:           []bool{},
		Destroyed:          Destroyed{Src: d.src.readable.Destroyed(), Dst: []bool{}},
		Stuck:              !d.src.readable.Destroyed(),
		VirtualMS:          d.nowMS,
	}
	for _, src := range d.sources[1:] {
		s.addSource(src)
	}
	for _, g := range d.stages {
		s.addStage(g)
	}
	for _, dst := range d.dests {
		s.add(dst)
	}
	if len(d.dests) == 1 {
		s.PerDest = nil
	}
	return s
}

func readableRow(s stream.ReadableStats) ReadableRow {
	row := ReadableRow{DataEvents: s.Data, BytesRead: s.Bytes}
	for _, n := range s.Pauses {
		row.PauseEvents += n
	}
	for _, n := range s.Resumes {
		row.ResumeEvents += n
	}
	return row
}

// addSource adds the counts of a source behind the first.
func (s *Summary) addSource(src *source) {
	r := src.readable
	s.MoreSources = append(s.MoreSources, SourceRow{
		ReadableRow: readableRow(r.Stats()), PeakReadableLength: r.Stats().PeakLength,
		PushFalse: src.pushFalse, Reads: src.reads, Ended: r.Ended(), Destroyed: r.Destroyed(),
	})
	s.Stuck = s.Stuck || !r.Destroyed()
}

// addStage adds the counts of a stage.
func (s *Summary) addStage(g *stage) {
	w, r := g.transform.In(), g.transform.Out()
	in, out := w.Stats(), r.Stats()
	s.Stages = append(s.Stages, StageRow{
		Writes: in.Writes, WritesFalse: in.WritesFalse, Drains: in.Drains,
		Transforms: g.calls, BytesIn: g.bytesIn, BytesOut: g.bytesOut,
		ReadableRow: readableRow(out), PeakWritableLength: in.PeakLength, PeakReadableLength: out.PeakLength,
		Finished: w.Finished(), Ended: r.Ended(), Destroyed: w.Destroyed(),
	})
	s.Stuck = s.Stuck || !w.Destroyed()
}

// add adds the counts of a destination.
func (s *Summary) add(d *dest) {
	w := d.writable.Stats()
	s.Drains += w.Drains
	s.Writes += w.Writes
	s.WritesFalse += w.WritesFalse
	s.SinkCalls += d.calls
	s.WritevCalls += d.writevCalls
	s.BytesSunk += d.sunk
	s.PeakWritableLength = append(s.PeakWritableLength, w.PeakLength)
	s.PerDest = append(s.PerDest, DestStats{w.Writes, w.WritesFalse, w.Drains, w.Bytes, d.calls})
	s.Finished = append(s.Finished, d.writable.Finished())
	s.Destroyed.Dst = append(s.Destroyed.Dst, d.writable.Destroyed())
	s.Stuck = s.Stuck || !d.writable.Destroyed()
}
