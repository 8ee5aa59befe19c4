package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"bpcopy/internal/stream"
)

// defaultHighWaterMark is Node's for a stream of bytes, in 20.
const defaultHighWaterMark = 16 << 10

// Parse reads a scenario: a JSON object with the fields that are listed at the
// head of testdata/node/oracle.mjs. The name is for errors, which are of type
// [*Error].
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

func (r *reader) scenario() *Scenario {
	s := &Scenario{file: r.name, source: sourceSpec{highWaterMark: defaultHighWaterMark}}
	var all destSpec
	dests := []destSpec{{}}
	end := true
	var total *int64 // of chunks that are given by it
	someChunks := false
	fields := []field{
		{"name", maybe(&s.Name, r.text)},
		{"description", into(&s.Description, r.text)},
		{"expect", func() { r.list(func() { s.Expect = append(s.Expect, r.text()) }) }},
		{"chunks", func() { someChunks = true; total = r.chunks(&s.chunks) }},
		{"source", func() { r.source(&s.source) }},
		{"readableHighWaterMark", into(&s.source.highWaterMark, r.integer)},
		{"dests", func() { dests = r.dests() }},
		{"via", func() { s.pipeline = r.oneOf("via", []string{"pipe", "pipeline"}) == 1 }},
		{"end", into(&end, r.boolean)},
		{"prefill", func() { r.list(func() { s.prefill = append(s.prefill, r.integer()) }) }},
		{"pause_after_data_ms", maybe(&s.pauseAfter, r.integer)},
		{"ignoreBackpressure", into(&s.heedless, r.boolean)},
		{"actions", func() { r.list(func() { s.actions = append(s.actions, r.action()) }) }},
	}
	r.object(append(fields, r.destFields(&all)...)...)
	if !someChunks {
		r.failAt("chunks", "missing, want %s", chunksForms)
	}
	s.keepOpen = !end
	if total != nil {
		r.split(&s.chunks, *total, s.source.highWaterMark)
	}
	for i, d := range dests {
		s.dests = append(s.dests, r.complete(i, d, all))
	}
	r.checkDests(s)
	r.checkSums(s)
	return s
}

const chunksForms = "a list of {size, at_ms}, {count, size, start_ms, every_ms} or {total}"

// chunks reads one of the three forms. It returns the total, if that is all that
// is given.
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

// split makes total bytes into chunks as a file would be read.
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

// require fails unless a field of the object was there.
func (r *reader) require(seen bool, name string) {
	if !seen {
		r.failAt(string(r.path)+"."+name, "missing")
	}
}

func (r *reader) source(s *sourceSpec) {
	r.object(
		field{"mode", func() { s.mode = mode(r.oneOf("mode", modes())) }},
		field{"latency_ms", into(&s.latencyMS, r.integer)},
		field{"eof", func() { s.endWithLast = r.oneOf("eof", []string{"separate", "with_last"}) == 1 }},
		field{"eof_at_ms", into(&s.endMS, r.integer)},
	)
}

// destFields are the fields of one destination, which at the top of a scenario
// stand for all of them.
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
		field{"do", func() { a.do = deed(r.oneOf("action", deeds())) }},
		field{"dest", into(&dest, r.integer)},
		field{"bytes", into(&a.bytes, r.integer)},
		field{"error", into(&a.err, r.fault)},
	)
	r.require(seen[0], "at_ms")
	r.require(seen[1], "do")
	a.dest = int(dest)
	return a
}

// complete fills in what destination i has in common with all others.
func (r *reader) complete(i int, d, all destSpec) destSpec {
	lowPath := "lowWaterMark"
	if d.lowWaterMark != nil {
		lowPath = fmt.Sprintf("dests[%d].lowWaterMark", i)
	}
	d.highWaterMark = cmp.Or(d.highWaterMark, all.highWaterMark, new(int64(defaultHighWaterMark)))
	d.lowWaterMark = cmp.Or(d.lowWaterMark, all.lowWaterMark, new(int64))
	d.writev = cmp.Or(d.writev, all.writev, new(bool))
	d.constructMS = cmp.Or(d.constructMS, all.constructMS)
	if d.sink == nil {
		d.sink = all.sink
	}
	if d.sink == nil {
		d.sink = []step{{sync: true}}
	}
	if d.overrides == nil {
		d.overrides = all.overrides
	}
	if low, high := *d.lowWaterMark, *d.highWaterMark; low > 0 && low >= high {
		r.failAt(lowPath, "want less than the highWaterMark of %d, got %d", high, low)
	}
	return d
}

// checkDests looks for destinations that do not exist.
func (r *reader) checkDests(s *Scenario) {
	if s.pipeline && len(s.dests) != 1 {
		r.failAt("dests", "want one for a pipeline, got %d", len(s.dests))
	}
	if s.pipeline && s.heedless {
		r.failAt("ignoreBackpressure", "want false for a pipeline, which always waits")
	}
	if len(s.prefill) > 0 && len(s.dests) == 0 {
		r.failAt("prefill", "want a destination to write to, got none")
	}
	for i, a := range s.actions {
		if a.dest >= len(s.dests) && (a.dest > 0 || a.do.concernsDest()) {
			r.failAt(fmt.Sprintf("actions[%d].dest", i), "want the number of one of %d destinations, from 0, got %d",
				len(s.dests), a.dest)
		}
	}
}

// checkSums sees to it that neither the time nor the bytes of the whole leave
// the range of exact integers.
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
