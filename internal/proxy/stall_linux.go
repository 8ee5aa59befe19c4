package proxy

import (
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/loop"
	"bpcopy/internal/throttle"
)

// stallWatch measures what the sender of a direction does in the stalls of its
// receiver. Nothing is read for that.
type stallWatch struct {
	job    loop.Job
	seen   time.Time // up to when all stalls are known
	inside bool      // the direction is in a stall
	after  bool      // it was in one, and the sender may yet go on
	looked bool      // it is one of those that are looked at now and then

	from, until time.Time // of the stall; until is zero if it has no end
	stall       stall     // as far as it is known
	base        int64     // accepted when it began
	last        int64     // accepted at the last look
	quiet       time.Time // when that grew last

	peer peerQueue
}

const (
	// mostLooked is how many directions a server looks at that often. Others
	// are looked at when a stall begins and ends.
	mostLooked = 256
)

func newStallWatch(l *lane) *stallWatch {
	w := &stallWatch{}
	w.job.Do = func() { w.timed(l) }
	return w
}

// look finds out whether a stall has begun or ended. It is called after each
// turn of the direction, and when its time has come.
func (w *stallWatch) look(l *lane) {
	if l.over {
		return
	}
	c := l.conn
	now := c.clock.Now()
	for {
		if w.inside {
			if w.until.IsZero() || now.Before(w.until) {
				return // the job looks again
			}
			w.leave(l, w.until)
		}
		next, ok := l.turns.Stall(w.seen)
		if !ok {
			return
		}
		if next.From.After(now) {
			c.loop.At(&w.job, time.Now().Add(next.From.Sub(now)))
			return
		}
		w.enter(l, next)
	}
}

// enter begins to measure.
func (w *stallWatch) enter(l *lane, s throttle.Stall) {
	w.conclude(l)
	w.inside, w.from, w.until = true, s.From, s.Until
	w.stall = stall{resumed: -1}
	w.last, w.quiet = 0, s.From
	if !s.First { // or else all that has come is of this stall
		w.last, _ = w.accepted(l)
	}
	w.base = w.last
	server := l.conn.server
	if server.sampled < mostLooked {
		server.sampled++
		w.looked = true
	}
	server.stalls(1)
	w.note(l)
	w.again(l)
}

// again says when to look again at a direction in a stall.
func (w *stallWatch) again(l *lane) {
	now, next := l.conn.clock.Now(), w.until
	if later := now.Add(lookEvery); w.looked && (next.IsZero() || later.Before(next)) {
		next = later
	}
	if !next.IsZero() {
		l.conn.loop.At(&w.job, time.Now().Add(next.Sub(now)))
	}
}

// timed is called when the time has come that was set last.
func (w *stallWatch) timed(l *lane) {
	w.look(l)
	if w.inside {
		w.note(l)
		w.again(l)
	}
}

// note is one look at what was accepted.
func (w *stallWatch) note(l *lane) {
	total, arrived := w.accepted(l)
	if total > w.last {
		w.last, w.quiet = total, l.conn.clock.Now()
		if arrived > w.from.Sub(w.quiet) { // it came a while ago
			w.quiet = w.quiet.Add(arrived)
		}
	}
	if !w.stall.held {
		waiting, err := unix.IoctlGetInt(l.from.FD, unix.SIOCINQ)
		w.stall.held = l.buffered() || err == nil && waiting > 0
	}
}

// leave ends a stall.
func (w *stallWatch) leave(l *lane, at time.Time) {
	w.note(l)
	w.inside, w.after, w.seen = false, true, at
	w.stall.lasted = at.Sub(w.from)
	w.stall.accepted = w.last - w.base
	w.stall.quiet = min(max(0, w.quiet.Sub(w.from)), w.stall.lasted)
	s := l.conn.server
	if w.looked {
		s.sampled--
		w.looked = false
	}
	s.loop.Unset(&w.job)
	s.stalls(-1)
	if !w.stall.held {
		w.conclude(l)
	}
}

// came is called when something has come from the sender.
func (w *stallWatch) came(l *lane) {
	if !w.after {
		return
	}
	if total, _ := w.accepted(l); total > w.last {
		w.stall.resumed = l.conn.clock.Now().Sub(w.until)
		w.conclude(l)
	}
}

// conclude counts the stall before, if there was one.
func (w *stallWatch) conclude(l *lane) {
	if w.after {
		w.after = false
		l.conn.tally.addStall(l.direction, w.stall)
	}
}

// end is called when the direction is over.
func (w *stallWatch) end(l *lane) {
	if w.inside {
		now := l.conn.clock.Now()
		if !w.until.IsZero() && now.After(w.until) {
			now = w.until
		}
		w.leave(l, now)
	}
	w.conclude(l)
	l.conn.loop.Cancel(&w.job)
}

// accepted returns how many bytes the sender has got rid of so far, and when the
// last of them came to this machine, as a time before now that is not positive.
// If that is not known, the time is the least one.
func (w *stallWatch) accepted(l *lane) (total int64, arrived time.Duration) {
	const unknown = -1 << 62
	if l.from.FD < 0 {
		return w.last, unknown
	}
	info, err := unix.GetsockoptTCPInfo(l.from.FD, unix.IPPROTO_TCP, unix.TCP_INFO)
	if err != nil || info.Bytes_received == 0 {
		read, _ := l.turns.Moved()
		waiting, _ := unix.IoctlGetInt(l.from.FD, unix.SIOCINQ) // 0 if that is not known
		return read + int64(waiting), unknown
	}
	received := int64(info.Bytes_received)
	if written, known := w.peer.written(&l.conn.peers, l.from.FD, received); known {
		return written, unknown // the sender's own kernel may have taken some later
	}
	return received, -time.Duration(info.Last_data_recv) * time.Millisecond
}
