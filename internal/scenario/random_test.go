package scenario_test

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
)

// object is one of JSON.
type object = map[string]any

// random makes scenarios: small enough to be run by the thousand, with values
// that sit at the edges of the rules.
type random struct {
	*rand.Rand
	wild  bool  // with failures and with actions of a program
	mark  int64 // that of the first destination; sizes are chosen around it
	rmark int64 // that of the source
}

// randomScenario is the i-th scenario of a seed, as one line of JSON. Every
// other one is wild: sinks fail, and a program meddles.
func randomScenario(seed, i uint64) []byte {
	r := &random{Rand: rand.New(rand.NewPCG(seed, i)), wild: i%2 == 1}
	r.mark, r.rmark = r.someMark(), r.someMark()
	s := object{
		"readableHighWaterMark": r.rmark,
		"chunks":                r.chunks(),
		"source":                r.source(),
	}
	r.dest(s, r.mark)
	if r.oneIn(4) {
		s["via"] = "pipeline"
	} else if r.oneIn(3) {
		s["dests"] = r.dests()
	}
	r.extras(s)
	for _, key := range []string{"readableHighWaterMark", "source", "highWaterMark", "sink", "writev"} {
		if r.oneIn(15) {
			delete(s, key) // its default will do
		}
	}
	line, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return line
}

func (r *random) oneIn(n int) bool { return r.IntN(n) == 0 }

// pick is one of several values.
func pick[T any](r *random, values ...T) T { return values[r.IntN(len(values))] }

func (r *random) someMark() int64 {
	return pick(r, 0, 1, 2, 10, 50, 100, 1000, 1024, 4096, 16384, 65536, r.Int64N(200))
}

// size is that of a chunk.
func (r *random) size() int64 {
	return max(0, pick(r, 0, 1, 2, r.mark/4, r.mark/2, r.mark-1, r.mark, r.mark+1,
		r.rmark/3, r.rmark-1, r.rmark, r.rmark+1, r.Int64N(2*r.mark+2), 1+r.Int64N(100)))
}

// ms is a short time.
func (r *random) ms() int64 { return pick(r, 0, 1, 2, 5, r.Int64N(10), r.Int64N(30)) }

func (r *random) chunks() any {
	switch r.IntN(6) {
	case 0:
		if r.rmark > 0 {
			return object{"total": r.Int64N(20*r.rmark + 1)}
		}
		return object{"total": 0}
	case 1, 2:
		c := object{"count": r.Int64N(pick[int64](r, 10, 30, 30, 30, 200)), "size": r.size()}
		if r.oneIn(2) {
			c["every_ms"] = r.ms()
		}
		if r.oneIn(3) {
			c["start_ms"] = r.ms()
		}
		return c
	}
	list := make([]object, r.IntN(25))
	timed, usual := r.IntN(3), r.size()
	var at int64
	for i := range list {
		list[i] = object{"size": pick(r, usual, r.size())}
		switch at += r.ms() / 2; {
		case timed == 1:
			list[i]["at_ms"] = at
		case timed == 2 && r.oneIn(2):
			list[i]["at_ms"] = r.Int64N(60) // not in order
		}
	}
	return list
}

func (r *random) source() object {
	s := object{"mode": pick(r, "async", "sync", "push")}
	if r.oneIn(2) {
		s["latency_ms"] = r.ms()
	}
	if r.oneIn(2) {
		s["eof"] = pick(r, "separate", "with_last")
	}
	if r.oneIn(4) {
		s["eof_at_ms"] = r.Int64N(80)
	}
	return s
}

// dest fills in the fields of a destination.
func (r *random) dest(d object, mark int64) {
	d["highWaterMark"] = mark
	d["writev"] = r.oneIn(2)
	steps := make([]object, 1+r.IntN(3))
	for i := range steps {
		steps[i] = r.step(30)
	}
	d["sink"] = steps
	if r.oneIn(4) {
		overrides := object{}
		for range 1 + r.IntN(3) {
			overrides[strconv.Itoa(r.IntN(12))] = r.step(4)
		}
		d["sink_overrides"] = overrides
	}
	if r.oneIn(6) {
		d["construct_ms"] = r.ms()
	}
}

// step is what a sink does; of the wild ones, one in so many goes wrong.
func (r *random) step(wrong int) object {
	s := object{}
	switch r.IntN(6) {
	case 0, 1:
		s["sync"] = true
	case 2:
		s["tick"] = true
	default:
		s["latency_ms"] = r.ms()
		if r.oneIn(4) {
			s["bytes_per_ms"] = 1 + r.Int64N(5000)
		}
	}
	if r.wild && r.oneIn(wrong) {
		if r.oneIn(3) {
			return object{"never": true}
		}
		s["error"] = r.code()
	}
	return s
}

func (r *random) code() string {
	return pick(r, "EIO", "ENOSPC", "ERR_STREAM_PREMATURE_CLOSE", "ABORT_ERR", "ERR_STREAM_DESTROYED")
}

func (r *random) dests() []object {
	dests := make([]object, 1+r.IntN(3))
	for i := range dests {
		dests[i] = object{}
		if !r.oneIn(4) {
			r.dest(dests[i], pick(r, r.mark, r.someMark()))
		}
	}
	return dests
}

// extras are fields that most scenarios do without.
func (r *random) extras(s object) {
	if r.oneIn(8) {
		s["end"] = false
	}
	if r.oneIn(8) {
		prefill := make([]int64, 1+r.IntN(4))
		for i := range prefill {
			prefill[i] = r.size()
		}
		s["prefill"] = prefill
	}
	if r.oneIn(8) {
		s["pause_after_data_ms"] = r.ms()
	}
	if s["via"] != "pipeline" && r.oneIn(6) {
		s["ignoreBackpressure"] = true
	}
	if r.wild && !r.oneIn(6) {
		s["actions"] = r.actions(s)
	}
}

func (r *random) actions(s object) []object {
	dests := destCount(s)
	stages, _ := s["stages"].([]object)
	sources, _ := s["more_sources"].([]object)
	last := pick[int64](r, 5, 20, 60, 150)
	kinds := []string{"pause", "resume", "read", "unpipe", "unpipe_all", "repipe", "cork",
		"uncork", "write_dest", "end_dest", "destroy_src", "destroy_dest"}
	switch {
	case r.oneIn(2):
		kinds = kinds[:9] // nothing that ends the run
	case s["via"] == "pipeline":
		kinds = append(kinds, "abort", "abort")
	}
	if len(stages)+len(sources) > 0 {
		kinds = append([]string{"push"}, kinds...)
	}
	actions := make([]object, 1+r.IntN(10))
	for i := range actions {
		a := object{"at_ms": r.Int64N(last), "do": pick(r, kinds...)}
		if dests > 1 || r.oneIn(2) {
			a["dest"] = r.IntN(dests)
		}
		if len(stages) > 0 && r.oneIn(2) {
			a["stage"] = r.IntN(len(stages))
		}
		if len(sources) > 0 && r.oneIn(2) {
			a["src"] = r.IntN(1 + len(sources))
		}
		if r.oneIn(2) {
			a["bytes"] = r.size()
		}
		if r.oneIn(2) {
			a["error"] = r.code()
		}
		actions[i] = a
	}
	return actions
}
