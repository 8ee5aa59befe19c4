package scenario

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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

// completeSources puts the first source before the others, and fills in what they
// do not set.
func (r *reader) completeSources(s *Scenario, first sourceSpec) {
	s.sources = append([]sourceSpec{first}, s.sources...)
	for i := range s.sources {
		r.completeSource(i, &s.sources[i])
	}
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
