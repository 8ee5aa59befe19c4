package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"bpcopy/internal/stream"
)

// defaultHighWaterMark is that of Node 20 for a stream of bytes, in bytes.
const defaultHighWaterMark = 16 << 10

// Parse reads a scenario: a JSON object with the fields that are listed at the
// head of testdata/node/oracle.mjs. The name is for errors, which are of type
// [*Error]: the document is no JSON, a field is unknown or has a wrong value,
// or the values do not go together.
func Parse(doc []byte, name string) (*Scenario, error) {
	r, err := newReader(name, doc)
	if err != nil {
		return nil, err
	}
	s := r.scenario()
	if r.err != nil {
		return nil, r.err
	}
	return s, nil
}

// scenario reads the whole document.
func (r *reader) scenario() *Scenario {
	s := &Scenario{file: r.name, source: sourceSpec{highWaterMark: defaultHighWaterMark}}
	var common destSpec // the fields at the top, for all destinations
	dests := []destSpec{{}}
	end := true
	var total *int64 // bytes of the chunks, if they are given that way
	someChunks := false
	fields := []field{
		{"name", maybe(&s.Name, r.text)},
		{"description", into(&s.Description, r.text)},
		{"node", into(&s.rules, r.node)},
		{"expect", func() { r.list(func() { s.Expect = append(s.Expect, r.text()) }) }},
		{"chunks", func() { someChunks = true; total = r.chunks(&s.chunks) }},
		{"source", func() { r.source(&s.source) }},
		{"readableHighWaterMark", into(&s.source.highWaterMark, r.integer)},
		{"dests", func() { dests = r.dests() }},
		{"via", func() { s.pipeline = r.oneOf("via", []string{"pipe", "pipeline"}) == 1 }},
		{"end", into(&end, r.boolean)},
		{"prefill", func() { r.list(func() { s.prefill = append(s.prefill, r.integer()) }) }},
		{"pause_after_data_ms", maybe(&s.pauseAfter, r.integer)},
		{"ignoreBackpressure", into(&s.ignoreBackpressure, r.boolean)},
		{"actions", func() { r.list(func() { s.actions = append(s.actions, r.action()) }) }},
	}
	r.object(append(fields, r.destFields(&common)...)...)
	if !someChunks {
		r.failAt("chunks", "missing, want %s", chunksForms)
	}
	s.keepOpen = !end
	if total != nil {
		r.split(&s.chunks, *total, s.source.highWaterMark)
	}
	for i, d := range dests {
		s.dests = append(s.dests, r.complete(i, d, common))
	}
	r.checkDests(s)
	r.checkSums(s)
	return s
}

// node reads the name of a line of Node, as a string or as a number.
func (r *reader) node() stream.Rules {
	t := r.token()
	switch t.(type) {
	case string, json.Number:
		line, err := stream.LineNamed(fmt.Sprint(t))
		if err != nil {
			r.fail("%v", err)
		}
		return line.Rules
	}
	r.wrong(t, "the name of a line of Node")
	return stream.Rules{}
}

const chunksForms = "a list of {size, at_ms}, {count, size, start_ms, every_ms} or {total}"

// chunks reads one of the three forms. If it is the form with a total, it
// returns that, in bytes; split then makes chunks of it.
func (r *reader) chunks(c *chunks) (total *int64) {
	switch t := r.token(); t {
	case json.Delim('['):
		c.list = []chunk{}
		r.elements(func() { c.list = append(c.list, r.chunk()) })
		c.count = int64(len(c.list))
	case json.Delim('{'):
		seen := r.members([]field{
			{"count", into(&c.count, r.integer)},
			{"size", into(&c.size, r.integer)},
			{"start_ms", into(&c.startMS, r.integer)},
			{"every_ms", into(&c.everyMS, r.integer)},
			{"total", maybe(&total, r.integer)},
		})
		counted, byTotal := slices.Contains(seen[:4], true), total != nil
		if counted == byTotal || counted && !(seen[0] && seen[1]) {
			r.fail("want %s", chunksForms)
		}
		c.lastSize = c.size
	default:
		r.wrong(t, chunksForms)
	}
	return total
}

func (r *reader) chunk() chunk {
	var c chunk
	seen := r.object(
		field{"size", into(&c.size, r.integer)},
		field{"at_ms", into(&c.atMS, r.integer)},
	)
	r.require(seen[0], "size")
	return c
}

// split divides total bytes into chunks of size bytes and one for the rest, as
// a file is read.
func (r *reader) split(c *chunks, total, size int64) {
	if total == 0 {
		return
	}
	if size == 0 {
		r.failAt("chunks.total", "want readableHighWaterMark above 0, got 0")
		return
	}
	c.count = (total + size - 1) / size
	c.size = size
	c.lastSize = total - (c.count-1)*size
}

// require fails unless the field was seen in the object.
func (r *reader) require(seen bool, name string) {
	if !seen {
		r.failAt(string(r.path)+"."+name, "missing")
	}
}

func (r *reader) source(s *sourceSpec) {
	r.object(
		field{"mode", func() { s.mode = mode(r.oneOf("mode", modeNames())) }},
		field{"latency_ms", into(&s.latencyMS, r.integer)},
		field{"eof", func() { s.endWithLast = r.oneOf("eof", []string{"separate", "with_last"}) == 1 }},
		field{"eof_at_ms", into(&s.endMS, r.integer)},
	)
}

// destFields returns the fields of a destination. At the top of a scenario they
// are for all destinations.
func (r *reader) destFields(d *destSpec) []field {
	return []field{
		{"highWaterMark", maybe(&d.highWaterMark, r.integer)},
		{"lowWaterMark", maybe(&d.lowWaterMark, r.integer)},
		{"writev", maybe(&d.writev, r.boolean)},
		{"sink", func() {
			r.list(func() { d.sink = append(d.sink, r.step()) })
			if len(d.sink) == 0 {
				r.fail("want at least one step")
			}
		}},
		{"sink_overrides", func() { d.overrides = r.overrides() }},
		{"construct_ms", maybe(&d.constructMS, r.integer)},
	}
}

func (r *reader) dests() []destSpec {
	dests := []destSpec{}
	r.list(func() {
		var d destSpec
		r.object(r.destFields(&d)...)
		dests = append(dests, d)
	})
	return dests
}

func (r *reader) overrides() map[int64]step {
	overrides := map[int64]step{}
	if t := r.token(); t != json.Delim('{') {
		r.wrong(t, "an object")
		return nil
	}
	r.keys(func(key string) {
		call, err := strconv.ParseInt(key, 10, 64)
		if err != nil || call < 0 || strconv.FormatInt(call, 10) != key {
			r.fail("want the number of a sink call, from 0, got %q", key)
		}
		if _, twice := overrides[call]; twice {
			r.fail("given twice")
		}
		overrides[call] = r.step()
	})
	return overrides
}

func (r *reader) step() step {
	var s step
	r.object(
		field{"latency_ms", into(&s.latencyMS, r.integer)},
		field{"sync", into(&s.sync, r.boolean)},
		field{"tick", into(&s.tick, r.boolean)},
		field{"bytes_per_ms", into(&s.bytesPerMS, r.integer)},
		field{"error", into(&s.err, r.fault)},
		field{"never", into(&s.never, r.boolean)},
	)
	return s
}

func (r *reader) fault() stream.Error { return stream.Fault(r.text()) }

func (r *reader) action() action {
	var a action
	var dest int64
	seen := r.object(
		field{"at_ms", into(&a.atMS, r.integer)},
		field{"do", func() { a.do = actionKind(r.oneOf("action", actionNames())) }},
		field{"dest", into(&dest, r.integer)},
		field{"bytes", into(&a.bytes, r.integer)},
		field{"error", into(&a.err, r.fault)},
	)
	r.require(seen[0], "at_ms")
	r.require(seen[1], "do")
	a.dest = int(dest)
	return a
}

// complete returns the spec d of destination i. For what d does not set, it
// takes the common spec of all destinations, and then the default.
func (r *reader) complete(i int, d, common destSpec) destSpec {
	lowPath := "lowWaterMark"
	if d.lowWaterMark != nil {
		lowPath = fmt.Sprintf("dests[%d].lowWaterMark", i)
	}
	d.highWaterMark = cmp.Or(d.highWaterMark, common.highWaterMark, new(int64(defaultHighWaterMark)))
	d.lowWaterMark = cmp.Or(d.lowWaterMark, common.lowWaterMark, new(int64))
	d.writev = cmp.Or(d.writev, common.writev, new(bool))
	d.constructMS = cmp.Or(d.constructMS, common.constructMS)
	if d.sink == nil {
		d.sink = common.sink
	}
	if d.sink == nil {
		d.sink = []step{{sync: true}}
	}
	if d.overrides == nil {
		d.overrides = common.overrides
	}
	if low, high := *d.lowWaterMark, *d.highWaterMark; low > 0 && low >= high {
		r.failAt(lowPath, "want less than the highWaterMark of %d, got %d", high, low)
	}
	return d
}

// checkDests fails if the number of destinations does not fit what is done with
// them: a pipeline has one, and an action may name no other than these.
func (r *reader) checkDests(s *Scenario) {
	if s.pipeline && len(s.dests) != 1 {
		r.failAt("dests", "want one for a pipeline, got %d", len(s.dests))
	}
	if s.pipeline && s.ignoreBackpressure {
		r.failAt("ignoreBackpressure", "want false for a pipeline, which always waits")
	}
	if len(s.prefill) > 0 && len(s.dests) == 0 {
		r.failAt("prefill", "want a destination to write to, got none")
	}
	for i, a := range s.actions {
		if a.do == doAbort && !s.pipeline {
			r.failAt(fmt.Sprintf("actions[%d].do", i), "want a pipeline to abort, which via says")
		}
		if a.dest >= len(s.dests) && (a.dest > 0 || a.do.concernsDest()) {
			r.failAt(fmt.Sprintf("actions[%d].dest", i), "want the number of one of %d destinations, from 0, got %d",
				len(s.dests), a.dest)
		}
	}
}

// checkSums fails if the times or the bytes of the whole scenario add up to
// more than maxInteger.
func (r *reader) checkSums(s *Scenario) {
	c := &s.chunks
	if c.everyMS > 0 && c.count > 1 && c.everyMS > (maxInteger-c.startMS)/(c.count-1) {
		r.failAt("chunks.every_ms", "time overflows: want the last chunk by %d ms", int64(maxInteger))
	}
	room := int64(maxInteger) / int64(max(1, len(s.dests)))
	take := func(path string, count, size int64) {
		if size > 0 && count > room/size {
			r.failAt(path, "bytes overflow: want at most %d in all", int64(maxInteger))
			return
		}
		room -= count * size
	}
	if c.list == nil && c.count > 0 {
		take("chunks", c.count-1, c.size)
		take("chunks", 1, c.lastSize)
	}
	for i := range c.list {
		take("chunks["+strconv.Itoa(i)+"].size", 1, c.list[i].size)
	}
	for i, size := range s.prefill {
		take(fmt.Sprintf("prefill[%d]", i), 1, size)
	}
	for i, a := range s.actions {
		if a.do == doWriteDest {
			take(fmt.Sprintf("actions[%d].bytes", i), 1, a.bytes)
		}
	}
}
