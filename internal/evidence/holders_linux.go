package evidence

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// holders finds out who holds a pipe or a socket open. A scan of all processes takes
// long where they have many descriptors. So what it has found is kept as long as it is
// true, and a look takes no more of a scan than a fortieth of a second of a processor.
// Before the next look goes on with it, twenty times as long passes, and a hundred times
// as long as the whole scan took before another one begins.
type holders struct {
	*proc
	over  atomic.Bool // nobody wants to know any more: a look ends at once
	self  int         // this process as /proc has it; 0 if that is not there
	now   func() time.Time
	spent func() time.Duration // by this thread, of a processor

	known map[place]*known
	scan  *scan     // the latest; nil if what it has found is too old
	next  time.Time // when a look may spend something again

	doing map[int]activity // by process, in this look
}

// place is one end of a pipe. Of a socket the role means nothing.
type place struct {
	file
	role
}

// known is what is known of a place.
type known struct {
	holder holder
	found  bool
	again  time.Time     // when to find the holder again
	wait   time.Duration // between the last two times
}

// holder is the process that holds a place.
type holder struct {
	id processID
	fd int
}

const (
	mostSpent   = time.Second / 40 // of a processor, by the scan of one look
	stepShare   = 20               // how many times as long no other look goes on with it
	scanShare   = 100              // how many times as long as a scan took no other one begins
	firstWait   = 100 * time.Millisecond
	longestWait = 30 * time.Second
	mostPlaces  = 64 // that are known
)

func newHolders(p *proc) *holders {
	return &holders{proc: p, now: time.Now, spent: threadTime, known: make(map[place]*known), doing: make(map[int]activity)}
}

// close ends a scan.
func (h *holders) close() {
	if h.scan != nil {
		h.scan.close()
	}
}

// begin begins a look. What a scan has found is kept until another one may be made.
func (h *holders) begin() {
	if h.scan != nil && h.scan.whole && !h.now().Before(h.next) {
		h.scan = nil
	}
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
	if (!k.found || h.merelyHolds(k.holder)) && !h.now().Before(k.again) && h.mayFind(pl.file) {
		h.spend(func() { h.find(pl, k) })
	}
	return k.holder, k.found
}

// mayFind reports whether a scan tells of a file, or may be made or go on now.
func (h *holders) mayFind(f file) bool {
	return h.scan != nil && h.scan.tells(f) || !h.now().Before(h.next)
}

// spend calls work, which may go on with a scan, and notes when a look may do so again.
func (h *holders) spend(work func()) {
	runtime.LockOSThread() // whose time it is
	defer runtime.UnlockOSThread()
	earlier, before := h.scan, h.spent()
	ended := earlier != nil && earlier.whole
	work()
	if h.scan == earlier && ended { // there was nothing to scan
		return
	}
	used := h.spent() - before
	h.scan.took += used
	pause := stepShare * used
	if h.scan.whole {
		pause = scanShare * h.scan.took
	}
	h.next = h.now().Add(pause)
}

// find finds out who holds a place, if the scan has come to its end.
func (h *holders) find(pl place, k *known) {
	if !h.scanned(pl.file) {
		return
	}
	k.holder, k.found = h.choose(pl)
	k.wait = min(max(firstWait, 2*k.wait), longestWait)
	k.again = h.now().Add(k.wait)
}

// scanned reports whether there is a scan that tells who holds a file. If there is none,
// it goes on with the one that was begun, or begins another one.
func (h *holders) scanned(f file) bool {
	if h.scan != nil && h.scan.tells(f) {
		return true
	}
	if h.scan == nil || h.scan.whole {
		h.scan = newScan(h.proc, h.self, h.wanted())
	}
	before := h.spent()
	h.scan.step(func() bool { return h.over.Load() || h.spent()-before > mostSpent })
	return h.scan.tells(f)
}

// wanted returns the files of which nobody is known to hold them.
func (h *holders) wanted() map[file]bool {
	files := make(map[file]bool)
	for pl, k := range h.known {
		if !k.found || h.merelyHolds(k.holder) {
			files[pl.file] = true
		}
	}
	return files
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

// threadTime returns how much of a processor this thread has used.
func threadTime() time.Duration {
	var used unix.Rusage
	_ = unix.Getrusage(unix.RUSAGE_THREAD, &used) // it cannot fail
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// choose returns the one process that uses a place: the only one that waits there for
// bytes or for room, or else the only one that holds it, apart from processes that have
// started another one that does. Of several nobody can tell which one it is.
func (h *holders) choose(pl place) (holder, bool) {
	holding, told := h.scan.holding(pl)
	if !told {
		return holder{}, false
	}
	var all []candidate
	var parents []int
	for _, d := range holding {
		if a, ok := h.activity(d.pid); ok {
			all = append(all, candidate{holder{a.id, d.fd}, h.waitsAt(a, pl)})
			parents = append(parents, a.parent)
		}
	}
	if user, ok := only(all, func(c candidate) bool { return c.waits }); ok {
		return user, true
	}
	starters := h.lineOf(parents)
	one, ok := only(all, func(c candidate) bool { return !starters[c.id.pid] })
	if !ok || h.mayHide(one) {
		return holder{}, false
	}
	return one, true
}

// mayHide reports whether a holder waits for a process that it has started, and has
// started one whose descriptors may not be seen, as sudo is: that may be the user.
func (h *holders) mayHide(of holder) bool {
	return h.merelyHolds(of) && h.lineOf(h.scan.hidden)[of.id.pid]
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

// lineOf returns these processes and all who have started one of them, or have started
// one that did, and so on. Each is asked once.
func (h *holders) lineOf(processes []int) map[int]bool {
	line := make(map[int]bool)
	for _, pid := range processes {
		for pid > 1 && !line[pid] {
			line[pid] = true
			s, _ := h.status(h.of(pid, "stat"))
			pid = s.parent
		}
	}
	return line
}
