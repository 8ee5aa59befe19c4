package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

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
