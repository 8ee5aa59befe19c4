package evidence

import "time"

// A pursuit goes from process to process along the pipes of a pipeline.
type pursuit struct {
	*holders
	like string                // the command of this process: another bpcopy waits for both of its sides
	seen map[processID]cpuTime // of those that were passed
}

// cpuTime is how much of a processor a process had used at a moment.
type cpuTime struct {
	used time.Duration
	at   time.Time
}

func newPursuit(p *proc) *pursuit {
	return &pursuit{holders: newHolders(p), seen: make(map[processID]cpuTime)}
}

const (
	mostSeen = 64
	// idles is below which share of a processor a process mostly waits, although it is
	// found running: on a busy machine it stays so until it gets a processor.
	idles = 0.25
)

// idle reports whether a process has mostly waited since it was passed last, or was not
// passed yet.
func (p *pursuit) idle(a activity) bool {
	now := cpuTime{a.cpu, p.now()}
	before, known := p.seen[a.id]
	if len(p.seen) >= mostSeen {
		clear(p.seen)
	}
	p.seen[a.id] = now
	return !known || float64(now.used-before.used) < idles*float64(now.at.Sub(before.at))
}

// mostSteps is how many processes of a pipeline are followed.
const mostSteps = 16

// culprit returns the process at a place, or, while that one waits in a pipe itself,
// the one at the other end of that pipe, and so on. It returns nil if nobody can be
// told.
func (p *pursuit) culprit(at place) *processFinding {
	p.begin()
	if p.like == "" {
		s, _ := p.status(p.root + "/self/stat")
		p.like = s.command
	}
	var found *processFinding
	passed := map[int]bool{p.self: true}
	for range mostSteps {
		h, ok := p.at(at)
		if !ok || passed[h.id.pid] {
			break
		}
		a, ok := p.activity(h.id.pid)
		if !ok {
			break
		}
		passed[h.id.pid] = true
		found = &processFinding{id: a.id, command: a.command, state: a.state, cpu: a.cpu}
		if at, ok = p.behind(a, at); !ok {
			break
		}
	}
	return found
}

// behind returns the place that a process waits for, which it is not at itself.
func (p *pursuit) behind(a activity, at place) (place, bool) {
	idle := p.idle(a)
	switch {
	case a.state == Stopped:
		return place{}, false
	case a.state == Running:
		if !idle {
			return place{}, false
		}
		return p.beyond(a, at)
	}
	onward := []struct {
		wait waiting
		role role // of the process that waits
	}{{a.writing, writes}, {a.reading, reads}}
	if at.role == writes { // it is a producer: what it reads comes first
		onward[0], onward[1] = onward[1], onward[0]
	}
	for _, o := range onward {
		if !o.wait.on {
			continue
		}
		if f, ok := p.waitsFor(a, o.wait, o.role); ok && f != at.file {
			return place{f, o.role.other()}, true
		}
	}
	if a.state == Sleeping && a.command == p.like {
		return p.beyond(a, at)
	}
	return place{}, false
}

// waitsFor returns the pipe in which a process waits. If it is not told which one that
// is, it must be the only one.
func (p *pursuit) waitsFor(a activity, w waiting, r role) (file, bool) {
	if w.fd != unknownFD {
		f := p.file(a.id.pid, w.fd, file{})
		return f, f.oneWay()
	}
	return p.onlyPipe(a.id.pid, r, file{})
}

// beyond returns the place at the other side of a process that is not seen to wait
// there: another bpcopy, which polls both of its sides, or one that has just been woken.
// Only its neighbour tells whether that waits for it, or is waited for.
func (p *pursuit) beyond(a activity, at place) (place, bool) {
	f, ok := p.onlyPipe(a.id.pid, at.role.other(), at.file)
	if !ok {
		return place{}, false
	}
	next := place{f, at.role}
	h, ok := p.at(next)
	if !ok {
		return place{}, false
	}
	neighbour, ok := p.activity(h.id.pid)
	return next, ok && !p.waitsAt(neighbour, next)
}

// onlyPipe returns the pipe that a process has in a role, if it has one only, apart
// from one that is left out, those that lead to the process itself, and those that this
// process has as well: both have inherited them.
func (p *pursuit) onlyPipe(pid int, r role, without file) (file, bool) {
	mine := make(map[file]bool)     // has the role
	opposite := make(map[file]bool) // has the other one
	for _, fd := range p.numbers(p.root + "/self/fd") {
		opposite[p.file(p.self, fd, file{})] = true
	}
	for _, fd := range p.numbers(p.of(pid, "fd")) {
		f := p.file(pid, fd, file{})
		if !f.oneWay() || f == without {
			continue
		}
		mine[f] = mine[f] || p.has(pid, fd, r)
		opposite[f] = opposite[f] || p.has(pid, fd, r.other())
	}
	var one file
	for f := range mine {
		if !mine[f] || opposite[f] {
			continue
		}
		if one != (file{}) {
			return file{}, false
		}
		one = f
	}
	return one, one != (file{})
}
