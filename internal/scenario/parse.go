package scenario

import (
	"encoding/json"
	"fmt"

	"bpcopy/internal/stream"
)

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
	r.completeSources(s, src)
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

// require fails unless the field was seen in the object.
func (r *reader) require(seen bool, name string) {
	if !seen {
		r.failAt(string(r.path)+"."+name, "missing")
	}
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
