package scenario_test

import (
	"encoding/json"
	"math/rand/v2"
)

// randomMore is the i-th scenario of a seed that goes beyond bytes from one source
// to sinks: stages, objects, several sources, chunks that come together, programs
// that write by hand and that meddle inside a write. Every other one is wild.
func randomMore(seed, i uint64) []byte {
	r := &random{Rand: rand.New(rand.NewPCG(seed, ^i)), wild: i%2 == 1}
	r.mark, r.rmark = r.smallMark(), r.smallMark()
	objects := r.oneIn(3)
	if objects {
		r.rmark = 1 + r.Int64N(20)
	}
	s := object{"readableHighWaterMark": r.rmark, "readableObjectMode": objects, "chunks": r.chunks(), "source": r.source()}
	r.dest(s, r.mark)
	if r.oneIn(3) {
		s["objectMode"] = true
		s["highWaterMark"] = r.Int64N(20)
	}
	if r.oneIn(3) {
		s["via"] = "pipeline"
	} else if r.oneIn(3) {
		s["dests"] = r.dests()
	}
	if !r.oneIn(4) {
		stages := make([]object, pick(r, 1, 1, 1, 2, 3, 6))
		for i := range stages {
			stages[i] = r.stage()
		}
		s["stages"] = stages
	}
	if s["via"] != "pipeline" && r.oneIn(4) {
		more := make([]object, 1+r.IntN(2))
		for i := range more {
			more[i] = object{"chunks": r.chunks(), "source": r.source(), "readableHighWaterMark": r.rmark,
				"readableObjectMode": r.oneIn(4)}
		}
		s["more_sources"] = more
	}
	if r.oneIn(4) {
		s["source"].(object)["per_read"] = 1 + r.IntN(5)
	}
	r.extras(s)
	if r.oneIn(4) {
		writers := make([]object, 1+r.IntN(2))
		for i := range writers {
			writers[i] = object{"dest": r.IntN(destCount(s)), "at_ms": r.ms(), "count": r.IntN(20), "size": r.size(),
				"wait": !r.oneIn(3), "end": r.oneIn(4)}
		}
		s["writers"] = writers
	}
	r.nest(s)
	for _, key := range []string{"readableHighWaterMark", "source", "highWaterMark", "sink", "writev"} {
		if r.oneIn(15) && (key != "readableHighWaterMark" || !objects) {
			delete(s, key)
		}
	}
	line, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return line
}

// destCount is how many destinations a scenario has.
func destCount(s object) int {
	if list, ok := s["dests"].([]object); ok {
		return len(list)
	}
	return 1
}

func (r *random) smallMark() int64 {
	return pick(r, 0, 1, 2, 3, 10, 16, 50, 100, 1000, 16384, r.Int64N(200))
}

func (r *random) stage() object {
	g := object{}
	if !r.oneIn(6) {
		g["highWaterMark"] = pick(r, r.mark, r.smallMark(), 1<<40)
	}
	if !r.oneIn(6) {
		g["readableHighWaterMark"] = pick(r, r.rmark, r.smallMark(), 1<<40)
	}
	if r.oneIn(4) {
		g["objectMode"] = true
		g["highWaterMark"] = r.Int64N(20)
	}
	if r.oneIn(4) {
		g["readableObjectMode"] = true
		g["readableHighWaterMark"] = r.Int64N(20)
	}
	if !r.oneIn(8) {
		steps := make([]object, 1+r.IntN(4))
		for i := range steps {
			steps[i] = r.stageStep()
		}
		g["steps"] = steps
	}
	if r.oneIn(2) {
		g["flush"] = r.stageStep()
	}
	return g
}

func (r *random) stageStep() object {
	s := r.step(20)
	if !r.oneIn(3) {
		out := make([]int64, pick(r, 0, 0, 1, 1, 2, 3, 5, 12))
		for i := range out {
			out[i] = r.size()
		}
		s["out"] = out
	}
	return s
}

// nest puts actions inside the calls of sinks and stages.
func (r *random) nest(s object) {
	if !r.wild || !r.oneIn(2) {
		return
	}
	safe := func(list any) {
		steps, _ := list.([]object)
		for _, step := range steps {
			if r.oneIn(3) {
				step["do"] = r.inner(s, false)
			}
		}
	}
	any := func(d object) {
		overrides, _ := d["sink_overrides"].(object)
		for _, step := range overrides {
			if r.oneIn(2) {
				step.(object)["do"] = r.inner(s, true)
			}
		}
	}
	safe(s["sink"])
	any(s)
	dests, _ := s["dests"].([]object)
	for _, d := range dests {
		safe(d["sink"])
		any(d)
	}
	stages, _ := s["stages"].([]object)
	for _, g := range stages {
		safe(g["steps"])
		if flush, ok := g["flush"].(object); ok && r.oneIn(2) {
			flush["do"] = r.inner(s, true)
		}
	}
	for _, d := range append(dests, s) {
		if r.oneIn(3) {
			final := r.step(4)
			if r.oneIn(2) {
				final["do"] = append(r.inner(s, true), r.inner(s, true)...)
			}
			d["final"] = final
		}
	}
}

// inner are actions inside a call. A call that comes again and again must not do
// what leads to more calls: that would never end.
func (r *random) inner(s object, once bool) []object {
	for {
		a := r.actions(s)[0]
		delete(a, "at_ms")
		switch a["do"] {
		case "read": // of a stage, this is refused
			delete(a, "stage")
		case "write_dest", "push", "repipe":
			if !once {
				continue
			}
		}
		return []object{a}
	}
}
