package evidence

import "time"

// A pursuit goes from process to process along the pipes of a pipeline.
type pursuit struct {
	*holders
	like string               // the command of this process: another bpcopy polls both of its sides
	seen map[processID]passed // earlier
}

// passed is what is remembered of a process.
type passed struct {
	cpu    time.Duration // that it had used
	at     time.Time     // then
	behind place         // that it was seen to wait for; zero if it was not
}

func newPursuit(p *proc) *pursuit {
	return &pursuit{holders: newHolders(p), seen: make(map[processID]passed)}
}

const (
	mostSeen = 64
	// idles is below which share of a processor a process mostly waits, although it is
	// found running: on a busy machine it stays so until it gets a processor.
	idles = 0.25
)

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
	been := map[int]bool{p.self: true}
	for range mostSteps {
		h, ok := p.at(at)
		if !ok || been[h.id.pid] {
			break
		}
		a, ok := p.activity(h.id.pid)
		if !ok {
			break
		}
		been[h.id.pid] = true
		found = &processFinding{id: a.id, command: a.command, state: a.state, cpu: a.cpu}
		if at, ok = p.behind(a, at); !ok {
			break
		}
	}
	return found
}

// behind returns the place that a process waits for, which it is not at itself, and
// remembers it.
func (p *pursuit) behind(a activity, at place) (next place, ok bool) {
	before := p.seen[a.id]
	now := passed{cpu: a.cpu, at: p.now(), behind: before.behind}
	if next, ok = p.waitsBehind(a, at); ok {
		now.behind = next
	}
	if len(p.seen) >= mostSeen {
		clear(p.seen)
	}
	p.seen[a.id] = now
	if a.state == Running && before.behind != (place{}) && before.behind != at &&
		float64(now.cpu-before.cpu) < idles*float64(now.at.Sub(before.at)) {
		return before.behind, p.notWaitedFor(before.behind)
	}
	return next, ok
}

// waitsBehind is behind of a process that is seen to wait.
func (p *pursuit) waitsBehind(a activity, at place) (place, bool) {
	if a.state == Running || a.state == Stopped {
		return place{}, false
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
		return p.acrossCopy(a, at)
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
	return p.onlyPipe(a.id.pid, r, file{}, 1)
}

// acrossCopy returns the place at the other side of another bpcopy. That polls both of
// its sides, so only its neighbour tells whether it is waited for itself. It opens again
// what it reads and writes, and so has each twice; what it has once, it has inherited.
func (p *pursuit) acrossCopy(a activity, at place) (place, bool) {
	f, ok := p.onlyPipe(a.id.pid, at.role.other(), at.file, 2)
	if !ok {
		return place{}, false
	}
	next := place{f, at.role}
	return next, p.notWaitedFor(next)
}

// notWaitedFor reports whether the process at a place is known, and does not wait there
// for the one at the other end.
func (p *pursuit) notWaitedFor(at place) bool {
	h, ok := p.at(at)
	if !ok {
		return false
	}
	neighbour, ok := p.activity(h.id.pid)
	return ok && !p.waitsAt(neighbour, at)
}

// mostDescriptors is how many of a process are looked at in each look. A filter has few.
const mostDescriptors = 256

// onlyPipe returns the pipe that a process has in a role, by at least so many of its
// descriptors, if there is one only. One that is left out, those that lead to the process
// itself, and those that it has for its errors alone do not count, and neither do those
// that this process has as well: both have inherited them. A process with many descriptors
// is no filter.
func (p *pursuit) onlyPipe(pid int, r role, without file, times int) (one file, ok bool) {
	const stderr = 2
	mine := make(map[file]int)   // descriptors that have the role
	other := make(map[file]bool) // has the other one, or does not count
	for _, fd := range p.numbers(p.root + "/self/fd") {
		other[p.file(p.self, fd, file{})] = true
	}
	descriptors := p.someNumbers(p.of(pid, "fd"), mostDescriptors)
	if len(descriptors) > mostDescriptors {
		return file{}, false
	}
	for _, fd := range descriptors {
		f := p.file(pid, fd, file{})
		if !f.oneWay() || f == without || fd == stderr {
			continue
		}
		if p.has(pid, fd, r) {
			mine[f]++
		}
		other[f] = other[f] || p.has(pid, fd, r.other())
	}
	for f, n := range mine {
		switch {
		case other[f] || n < times:
		case ok:
			return file{}, false
		default:
			one, ok = f, true
		}
	}
	return one, ok
}
