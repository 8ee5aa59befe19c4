package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"bpcopy/internal/stream"
)

// markOr returns a mark that was given, or the default: that of Node 20 for a
// stream of bytes, or that for one of objects.
func markOr(given *int64, objects bool) int64 {
	switch {
	case given != nil:
		return *given
	case objects:
		return 16
	}
	return 16 << 10
}

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
	s := &Scenario{file: r.name}
	src := sourceSpec{perRead: 1}
	var common destSpec // the fields at the top, for all destinations
	dests := []destSpec{{}}
	end := true
	someChunks := false
	fields := []field{
		{"name", maybe(&s.Name, r.text)},
		{"description", into(&s.Description, r.text)},
		{"node", into(&s.rules, r.node)},
		{"expect", func() { r.list(func() { s.Expect = append(s.Expect, r.text()) }) }},
		{"chunks", func() { someChunks = true; src.total = r.chunks(&src.chunks) }},
		{"source", func() { r.source(&src) }},
		{"readableHighWaterMark", maybe(&src.mark, r.integer)},
		{"readableObjectMode", into(&src.objects, r.boolean)},
		{"more_sources", func() { r.list(func() { s.sources = append(s.sources, r.anotherSource()) }) }},
		{"stages", func() { r.list(func() { s.stages = append(s.stages, r.stage()) }) }},
		{"dests", func() { dests = r.dests() }},
		{"via", func() { s.pipeline = r.oneOf("via", []string{"pipe", "pipeline"}) == 1 }},
		{"end", into(&end, r.boolean)},
		{"prefill", func() { r.list(func() { s.prefill = append(s.prefill, r.integer()) }) }},
		{"pause_after_data_ms", maybe(&s.pauseAfter, r.integer)},
		{"ignoreBackpressure", into(&s.ignoreBackpressure, r.boolean)},
		{"writers", func() { r.list(func() { s.writers = append(s.writers, r.writer()) }) }},
		{"actions", func() { r.list(func() { s.actions = append(s.actions, r.action(true)) }) }},
	}
	r.object(append(fields, r.destFields(&common)...)...)
	if !someChunks {
		r.failAt("chunks", "missing, want %s", chunksForms)
	}
	s.keepOpen = !end
	s.sources = append([]sourceSpec{src}, s.sources...)
	for i := range s.sources {
		r.completeSource(i, &s.sources[i])
	}
	for i, d := range dests {
		s.dests = append(s.dests, r.complete(i, d, common))
	}
	r.checkDests(s)
	r.checkActions(s)
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
func (r *reader) split(c *chunks, total, size int64, path string) {
	if total == 0 {
		return
	}
	if size == 0 {
		r.failAt(path, "want readableHighWaterMark above 0, got 0")
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

// anotherSource reads a source behind the first.
func (r *reader) anotherSource() sourceSpec {
	s := sourceSpec{perRead: 1}
	seen := r.object(
		field{"chunks", func() { s.total = r.chunks(&s.chunks) }},
		field{"source", func() { r.source(&s) }},
		field{"readableHighWaterMark", maybe(&s.mark, r.integer)},
		field{"readableObjectMode", into(&s.objects, r.boolean)},
	)
	r.require(seen[0], "chunks")
	return s
}

// completeSource fills in what source i does not set.
func (r *reader) completeSource(i int, s *sourceSpec) {
	s.highWaterMark = markOr(s.mark, s.objects)
	if s.total != nil {
		path := "chunks.total"
		if i > 0 {
			path = fmt.Sprintf("more_sources[%d].%s", i-1, path)
		}
		r.split(&s.chunks, *s.total, s.highWaterMark, path)
	}
}

// stage reads a stage.
func (r *reader) stage() stageSpec {
	s := stageSpec{steps: []step{{sync: true, outIn: true}}}
	r.object(
		field{"highWaterMark", maybe(&s.mark, r.integer)},
		field{"readableHighWaterMark", maybe(&s.readableMark, r.integer)},
		field{"objectMode", into(&s.objects, r.boolean)},
		field{"readableObjectMode", into(&s.readableObjects, r.boolean)},
		field{"steps", func() {
			s.steps = nil
			r.list(func() { s.steps = append(s.steps, r.stageStep(true)) })
			if len(s.steps) == 0 {
				r.fail("want at least one step")
			}
		}},
		field{"flush", maybe(&s.flush, func() step { return r.stageStep(false) })},
	)
	return s
}

// writer reads a program that writes by hand.
func (r *reader) writer() writerSpec {
	w := writerSpec{wait: true}
	seen := r.object(
		field{"dest", into(&w.dest, r.index)},
		field{"at_ms", into(&w.atMS, r.integer)},
		field{"count", into(&w.count, r.integer)},
		field{"size", into(&w.size, r.integer)},
		field{"wait", into(&w.wait, r.boolean)},
		field{"end", into(&w.end, r.boolean)},
	)
	r.require(seen[2], "count")
	r.require(seen[3], "size")
	return w
}

func (r *reader) source(s *sourceSpec) {
	r.object(
		field{"mode", func() { s.mode = mode(r.oneOf("mode", modeNames())) }},
		field{"latency_ms", into(&s.latencyMS, r.integer)},
		field{"eof", func() { s.endWithLast = r.oneOf("eof", []string{"separate", "with_last"}) == 1 }},
		field{"eof_at_ms", into(&s.endMS, r.integer)},
		field{"per_read", func() {
			if s.perRead = r.integer(); s.perRead == 0 && r.err == nil {
				r.fail("want at least 1, got 0")
			}
		}},
	)
}

// destFields returns the fields of a destination. At the top of a scenario they
// are for all destinations.
func (r *reader) destFields(d *destSpec) []field {
	return []field{
		{"highWaterMark", maybe(&d.highWaterMark, r.integer)},
		{"lowWaterMark", maybe(&d.lowWaterMark, r.integer)},
		{"objectMode", maybe(&d.objects, r.boolean)},
		{"writev", maybe(&d.writev, r.boolean)},
		{"sink", func() {
			r.list(func() { d.sink = append(d.sink, r.step()) })
			if len(d.sink) == 0 {
				r.fail("want at least one step")
			}
		}},
		{"sink_overrides", func() { d.overrides = r.overrides() }},
		{"final", maybe(&d.final, r.step)},
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

func (r *reader) overrides() map[int64]*step {
	overrides := map[int64]*step{}
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
		overrides[call] = new(r.step())
	})
	return overrides
}

func (r *reader) step() step {
	var s step
	r.object(r.stepFields(&s)...)
	return s
}

// stageStep is step for a stage. Where it does not say what is pushed, that is
// the chunk as it came, or nothing.
func (r *reader) stageStep(outIn bool) step {
	var s step
	fields := append(r.stepFields(&s), field{"out", func() { r.list(func() { s.out = append(s.out, r.integer()) }) }})
	seen := r.object(fields...)
	s.outIn = outIn && !seen[len(seen)-1]
	return s
}

func (r *reader) stepFields(s *step) []field {
	return []field{
		{"latency_ms", into(&s.latencyMS, r.integer)},
		{"sync", into(&s.sync, r.boolean)},
		{"tick", into(&s.tick, r.boolean)},
		{"bytes_per_ms", into(&s.bytesPerMS, r.integer)},
		{"error", into(&s.err, r.fault)},
		{"never", into(&s.never, r.boolean)},
		{"do", func() { r.list(func() { s.do = append(s.do, r.action(false)) }) }},
	}
}

func (r *reader) fault() stream.Error { return stream.Fault(r.text()) }

// action reads an action, which has a time unless it is done inside a call.
func (r *reader) action(timed bool) action {
	var a action
	fields := []field{
		{"do", func() { a.do = actionKind(r.oneOf("action", actionNames())) }},
		{"dest", into(&a.dest, r.index)},
		{"src", into(&a.src, r.index)},
		{"stage", maybe(&a.stage, r.index)},
		{"bytes", into(&a.bytes, r.integer)},
		{"error", into(&a.err, r.fault)},
	}
	if timed {
		fields = append([]field{{"at_ms", into(&a.atMS, r.integer)}}, fields...)
	}
	seen := r.object(fields...)
	if timed {
		r.require(seen[0], "at_ms")
		seen = seen[1:]
	}
	r.require(seen[0], "do")
	return a
}

// index reads the number of one of several, from 0.
func (r *reader) index() int { return int(r.integer()) }

// complete returns the spec d of destination i. For what d does not set, it
// takes the common spec of all destinations, and then the default.
func (r *reader) complete(i int, d, common destSpec) destSpec {
	lowPath := "lowWaterMark"
	if d.lowWaterMark != nil {
		lowPath = fmt.Sprintf("dests[%d].lowWaterMark", i)
	}
	d.objects = cmp.Or(d.objects, common.objects, new(bool))
	d.highWaterMark = cmp.Or(d.highWaterMark, common.highWaterMark, new(markOr(nil, *d.objects)))
	d.final = cmp.Or(d.final, common.final)
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
	if s.pipeline && len(s.sources) > 1 {
		r.failAt("more_sources", "want none for a pipeline, got %d", len(s.sources)-1)
	}
	for i, w := range s.writers {
		if w.dest >= len(s.dests) {
			r.failAt(fmt.Sprintf("writers[%d].dest", i), "want the number of one of %d destinations, from 0, got %d", len(s.dests), w.dest)
		}
	}
}

// checkActions fails if an action is done to something that is not there.
func (r *reader) checkActions(s *Scenario) {
	for i, a := range s.actions {
		r.checkAction(s, a, fmt.Sprintf("actions[%d]", i))
	}
	inside := func(path string, steps ...step) {
		for i, step := range steps {
			for j, a := range step.do {
				path := fmt.Sprintf("%s[%d].do[%d]", path, i, j)
				r.checkAction(s, a, path)
				if a.do == doRead && a.stage != nil {
					r.failAt(path+".do", "want no read of a stage inside a call: if it works just then, Node's own buffer breaks")
				}
			}
		}
	}
	for i, d := range s.dests {
		inside(fmt.Sprintf("dests[%d].sink", i), d.sink...)
		for _, call := range slices.Sorted(maps.Keys(d.overrides)) {
			inside(fmt.Sprintf("dests[%d].sink_overrides.%d", i, call), *d.overrides[call])
		}
		if d.final != nil {
			inside(fmt.Sprintf("dests[%d].final", i), *d.final)
		}
	}
	for i, stage := range s.stages {
		inside(fmt.Sprintf("stages[%d].steps", i), stage.steps...)
		if stage.flush != nil {
			inside(fmt.Sprintf("stages[%d].flush", i), *stage.flush)
		}
	}
}

func (r *reader) checkAction(s *Scenario, a action, path string) {
	if a.do == doAbort && !s.pipeline {
		r.failAt(path+".do", "want a pipeline to abort, which via says")
	}
	oneOf := func(name string, index, count int, what string) {
		if index >= count {
			r.failAt(path+"."+name, "want the number of one of %d %s, from 0, got %d", count, what, index)
		}
	}
	if a.dest > 0 || a.stage == nil && a.do.concernsDest() {
		oneOf("dest", a.dest, len(s.dests), "destinations")
	}
	if a.stage != nil {
		oneOf("stage", *a.stage, len(s.stages), "stages")
	}
	oneOf("src", a.src, len(s.sources), "sources")
}

// checkSums fails if the times or the bytes of the whole scenario add up to
// more than maxInteger.
func (r *reader) checkSums(s *Scenario) {
	room := int64(maxInteger) / int64(max(1, len(s.dests)))
	take := func(path string, count, size int64) {
		if size > 0 && count > room/size {
			r.failAt(path, "bytes overflow: want at most %d in all", int64(maxInteger))
			return
		}
		room -= count * size
	}
	for i := range s.sources {
		path := ""
		if i > 0 {
			path = fmt.Sprintf("more_sources[%d].", i-1)
		}
		r.checkChunks(&s.sources[i].chunks, path, take)
	}
	for i, size := range s.prefill {
		take(fmt.Sprintf("prefill[%d]", i), 1, size)
	}
	for i, w := range s.writers {
		take(fmt.Sprintf("writers[%d]", i), w.count, w.size)
	}
	for i, a := range s.actions {
		if a.do == doWriteDest || a.do == doPush {
			take(fmt.Sprintf("actions[%d].bytes", i), 1, a.bytes)
		}
	}
}

// checkChunks takes the bytes of the chunks of one source.
func (r *reader) checkChunks(c *chunks, path string, take func(path string, count, size int64)) {
	if c.everyMS > 0 && c.count > 1 && c.everyMS > (maxInteger-c.startMS)/(c.count-1) {
		r.failAt(path+"chunks.every_ms", "time overflows: want the last chunk by %d ms", int64(maxInteger))
	}
	if c.list == nil && c.count > 0 {
		take(path+"chunks", c.count-1, c.size)
		take(path+"chunks", 1, c.lastSize)
	}
	for i := range c.list {
		take(path+"chunks["+strconv.Itoa(i)+"].size", 1, c.list[i].size)
	}
}
