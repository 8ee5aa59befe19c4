package evidence

import (
	"bytes"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// holders finds out who holds a pipe or a socket open. A scan of all processes takes
// long where there are many. So what it has found is kept as long as it is true, scans
// take no more than a hundredth of a processor, and one that takes too long is given up:
// it has not seen everybody, and so nobody can be named.
type holders struct {
	*proc
	over  atomic.Bool // nobody wants to know any more: a scan ends at once
	self  int         // this process as /proc has it; 0 if that is not there
	now   func() time.Time
	spent func() time.Duration // by this thread, of a processor

	known map[place]*known
	// What was found in this look.
	index  map[file][]descriptor // nil if there was no scan
	whole  bool                  // the index has all pipes
	hidden []int                 // processes whose descriptors may not be seen
	doing  map[int]activity      // by process
	next   time.Time             // when another scan may begin
}

// place is one end of a pipe. Of a socket the role means nothing.
type place struct {
	file
	role
}

// descriptor is one of a process.
type descriptor struct{ pid, fd int }

// known is what is known of a place.
type known struct {
	holder holder
	found  bool
	again  time.Time     // when to scan again for it
	wait   time.Duration // between the last two scans for it
}

// holder is the process that holds a place.
type holder struct {
	id processID
	fd int
}

const (
	scanShare   = 100 // how many times as long as a scan used a processor there is no other one
	firstWait   = 100 * time.Millisecond
	longestWait = 30 * time.Second
	mostPlaces  = 64                     // that are known
	mostIndexed = 1 << 16                // descriptors of a scan
	mostSpent   = 500 * time.Millisecond // of a processor, by one scan
	oftenEnough = 64                     // descriptors between two looks at what a scan has spent
)

func newHolders(p *proc) *holders {
	return &holders{proc: p, now: time.Now, spent: threadTime, known: make(map[place]*known), doing: make(map[int]activity)}
}

// begin begins a look: what an earlier scan has found is no longer true.
func (h *holders) begin() {
	h.index = nil
	clear(h.doing)
	if h.self == 0 {
		h.self = h.proc.self()
	}
}

// at returns who holds a place, if that can be told.
func (h *holders) at(pl place) (holder, bool) {
	if h.self == 0 {
		return holder{}, false
	}
	k := h.known[pl]
	if k == nil {
		if len(h.known) >= mostPlaces {
			clear(h.known)
		}
		k = new(known)
		h.known[pl] = k
	}
	if k.found && !h.holds(k.holder, pl) {
		*k = known{}
	}
	if (!k.found || h.merelyHolds(k.holder)) && !h.now().Before(k.again) && h.scan(pl.file) {
		k.holder, k.found = h.choose(pl)
		k.wait = min(max(firstWait, 2*k.wait), longestWait)
		k.again = h.now().Add(k.wait)
	}
	return k.holder, k.found
}

// holds reports whether a holder still is one.
func (h *holders) holds(of holder, pl place) bool {
	s, alive := h.status(h.of(of.id.pid, "stat"))
	return alive && s.id == of.id && h.file(of.id.pid, of.fd, pl.file) == pl.file
}

// activity returns what a process does in this look. Each is asked once.
func (h *holders) activity(pid int) (activity, bool) {
	a, known := h.doing[pid]
	if !known {
		a, _ = h.proc.activity(pid)
		h.doing[pid] = a
	}
	return a, a.state != ""
}

// merelyHolds reports whether a holder waits for a process that it has started: that
// may hold the place by now.
func (h *holders) merelyHolds(of holder) bool {
	a, ok := h.activity(of.id.pid)
	return ok && a.forChild
}

// scan fills the index with the pipes and the wanted file of all processes, unless one
// of this look has. It reports whether there is an index.
func (h *holders) scan(wanted file) bool {
	if _, has := h.index[wanted]; has || h.index != nil && h.whole && wanted.kind == pipe {
		return true
	}
	if h.now().Before(h.next) {
		return false
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	before := h.spent()
	complete := h.fill(wanted, func() bool { return h.over.Load() || h.spent()-before > mostSpent })
	if !complete {
		h.index = nil
	}
	h.next = h.now().Add(scanShare * (h.spent() - before))
	return complete
}

// fill fills the index, unless enough is reported before it has seen all processes. It
// reports whether it has.
func (h *holders) fill(wanted file, enough func() bool) bool {
	h.index, h.hidden = make(map[file][]descriptor), h.hidden[:0]
	left, links, given := mostIndexed, 0, false
	for _, pid := range h.candidates() {
		if given = given || enough(); given {
			return false
		}
		seen := h.eachLink(pid, func(fd int, link []byte) bool {
			if f := h.linked(pid, fd, link, wanted); f == wanted || f.kind == pipe && left > 0 {
				h.index[f] = append(h.index[f], descriptor{pid, fd})
				left--
			}
			links++
			given = links%oftenEnough == 0 && enough()
			return !given
		})
		if !seen {
			h.hidden = append(h.hidden, pid)
		}
	}
	h.whole = left > 0
	return !given
}

// linked returns what the link of a descriptor says that it leads to. Of paths it finds
// out only whether one is the FIFO wanted.
func (h *holders) linked(pid, fd int, link []byte, wanted file) file {
	switch {
	case bytes.HasPrefix(link, []byte("pipe:")), bytes.HasPrefix(link, []byte("socket:")):
		return parseLink(string(link))
	case wanted.kind == fifo && bytes.HasPrefix(link, []byte("/")):
		return h.file(pid, fd, wanted)
	}
	return file{}
}

// threadTime returns how much of a processor this thread has used.
func threadTime() time.Duration {
	var used unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_THREAD, &used) // it cannot fail
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// candidates returns all processes but this one.
func (h *holders) candidates() []int {
	return slices.DeleteFunc(h.numbers(h.root), func(pid int) bool { return pid == h.self })
}

// choose returns the one process that uses a place: the only one that waits there for
// bytes or for room, or else the only one that holds it, apart from processes that have
// started another one that does. Of several nobody can tell which one it is.
func (h *holders) choose(pl place) (holder, bool) {
	var all []candidate
	for _, d := range h.index[pl.file] {
		if slices.ContainsFunc(all, func(c candidate) bool { return c.id.pid == d.pid }) || pl.oneWay() && !h.has(d.pid, d.fd, pl.role) {
			continue
		}
		if a, ok := h.activity(d.pid); ok {
			all = append(all, candidate{holder{a.id, d.fd}, h.waitsAt(a, pl)})
		}
	}
	if user, ok := only(all, func(c candidate) bool { return c.waits }); ok {
		return user, true
	}
	one, ok := only(all, func(c candidate) bool {
		return !slices.ContainsFunc(all, func(other candidate) bool { return h.descends(other.id.pid, c.id.pid) })
	})
	if !ok || h.mayHide(one) {
		return holder{}, false
	}
	return one, true
}

// mayHide reports whether a holder waits for a process that it has started, and has
// started one whose descriptors may not be seen, as sudo is: that may be the user.
func (h *holders) mayHide(of holder) bool {
	return h.merelyHolds(of) && slices.ContainsFunc(h.hidden, func(pid int) bool { return h.descends(pid, of.id.pid) })
}

// candidate is a process that holds a place.
type candidate struct {
	holder
	waits bool // in it
}

// only returns the one holder for which that is true, if there is one.
func only(all []candidate, is func(candidate) bool) (one holder, found bool) {
	for _, c := range all {
		if is(c) {
			if found {
				return holder{}, false
			}
			one, found = c.holder, true
		}
	}
	return one, found
}

// waitsAt reports whether a process is seen to wait at a place.
func (h *holders) waitsAt(a activity, pl place) bool {
	w := a.reading
	if pl.role == writes {
		w = a.writing
	}
	return w.on && w.fd != unknownFD && h.file(a.id.pid, w.fd, pl.file) == pl.file
}

// mostGenerations is how far descends looks back.
const mostGenerations = 64

// descends reports whether a process was started by another one, or by one that was,
// and so on.
func (h *holders) descends(pid, from int) bool {
	for range mostGenerations {
		s, ok := h.status(h.of(pid, "stat"))
		if !ok || s.parent <= 1 {
			return false
		}
		if pid = s.parent; pid == from {
			return true
		}
	}
	return false
}
