package stage

import (
	"slices"
	"sync"
	"time"
)

// Family is the commands of one copy, and all that they have started. Make it with
// [NewFamily]. Its methods may be called by any goroutine.
//
// All of them stay in the process group of this process. So the terminal interrupts,
// stops and continues them together with it, and they can ask there for a password.
// Who has left that group is no longer of the family.
type Family struct {
	adopts bool // who loses his parent becomes a child of this process

	mu     sync.Mutex // guards shells, and is held while one is started or orphans are buried
	shells []int      // the processes of the stages that have not gone

	quit, quitted chan struct{} // the first ends bury, which closes the second
}

// NewFamily returns a family without stages. [Family.Close] must be called at last.
func NewFamily() *Family {
	f := &Family{quit: make(chan struct{}), quitted: make(chan struct{})}
	// Children that this process was given are not of the family, and neither would
	// their orphans be.
	if given, ok := children(); ok && len(given) == 0 {
		f.adopts = adopt(true)
	}
	go f.bury()
	return f
}

// Close lets go of the family. It ends nobody.
func (f *Family) Close() {
	close(f.quit)
	<-f.quitted
	if f.adopts {
		f.buryNow()
		adopt(false)
	}
}

// bury waits for the adopted who have ended: nobody else does, and a command may leave
// any number of them. It ends with Close.
func (f *Family) bury() {
	defer close(f.quitted)
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-f.quit:
			return
		}
		if f.adopts {
			f.buryNow()
		}
	}
}

func (f *Family) buryNow() {
	f.mu.Lock()
	defer f.mu.Unlock()
	all, _ := children()
	for _, pid := range all {
		if !slices.Contains(f.shells, pid) {
			waitIfDead(pid)
		}
	}
}

// gone takes a stage from the family.
func (f *Family) gone(shell int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shells = slices.DeleteFunc(f.shells, func(pid int) bool { return pid == shell })
}

// How long a family may take to end: after its pipes were closed, after SIGTERM, and
// after SIGKILL, where only the kernel can keep it.
const (
	graceForEnd  = 100 * time.Millisecond
	graceForTerm = 200 * time.Millisecond
	graceForKill = 100 * time.Millisecond
	betweenLooks = 10 * time.Millisecond
)

// End makes the family go. Its pipes must be closed. Who does not end by that gets
// SIGTERM, and at last SIGKILL. End returns in less than half a second.
func (f *Family) End() {
	seen := map[int]bool{}
	_ = f.goes(seen, graceForEnd, func(int) {}) || f.goes(seen, graceForTerm, terminate) || f.goes(seen, graceForKill, kill)
}

// Kill kills the family at once.
func (f *Family) Kill() { f.goes(map[int]bool{}, 0, kill) }

// goes signals everybody who is left, once each, and waits until nobody is, but no
// longer than grace. Who was seen is known when his parent has gone, too.
func (f *Family) goes(seen map[int]bool, grace time.Duration, signal func(pid int)) bool {
	signalled := map[int]bool{}
	for began := time.Now(); ; {
		left := f.left(seen)
		more := false
		for _, pid := range left {
			if !signalled[pid] {
				signalled[pid], more = true, true
				signal(pid)
			}
		}
		switch {
		case len(left) == 0:
			return true
		case time.Since(began) < grace:
			time.Sleep(betweenLooks)
		case !more: // or they may just have started others
			return false
		}
	}
}

// left returns who of the family still runs, and adds them to those who were seen.
func (f *Family) left(seen map[int]bool) (left []int) {
	f.mu.Lock()
	shells := slices.Clone(f.shells)
	f.mu.Unlock()
	all, ok := group()
	if !ok {
		return shells
	}
	ours := func(pid int) bool {
		return slices.Contains(shells, pid) || seen[pid] || f.adopts && pid == ourselves()
	}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if !seen[p.pid] && p.pid != ourselves() && (ours(p.pid) || ours(p.parent)) {
				seen[p.pid], grown = true, true
			}
		}
	}
	for _, p := range all {
		if seen[p.pid] && !p.dead {
			left = append(left, p.pid)
		}
	}
	return left
}

// process is one of this process's group.
type process struct {
	pid, parent int
	dead        bool // but nobody has waited for it
}
