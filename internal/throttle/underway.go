package throttle

import "time"

// underway has the bytes of a line that have been written and have yet to
// arrive, in their order.
//
// Those that arrive at nearly the same moment are one group, so that the number
// of groups depends on the script and not on how many bytes there are: at most
// fineness of them for each delay, and a few more.
type underway struct {
	groups []group // from head on
	head   int
	here   int64 // bytes that have arrived and were not let through yet
}

// A group is some bytes that arrive at the same moment.
type group struct {
	first time.Time // when the first of them is due
	due   time.Time // when all of them are: a little later
	bytes int64
}

// fineness bounds the number of groups. A byte may arrive too late by a delay
// divided by fineness.
const fineness = 4096

// add adds bytes that arrive after delay. None of them arrives before those
// that were added earlier.
func (u *underway) add(now time.Time, delay time.Duration, bytes int64) {
	due := now.Add(delay)
	if u.head == len(u.groups) {
		u.groups, u.head = u.groups[:0], 0
	} else {
		last := &u.groups[len(u.groups)-1]
		due = later(due, last.due)
		if due.Sub(last.first) <= delay/fineness || due.Equal(last.due) {
			last.due = due
			last.bytes += bytes
			return
		}
	}
	if len(u.groups) == cap(u.groups) && u.head > len(u.groups)/4 { // or most chunks would move all groups
		u.groups = u.groups[:copy(u.groups, u.groups[u.head:])]
		u.head = 0
	}
	u.groups = append(u.groups, group{due, due, bytes})
}

// arrived returns how many bytes have arrived by now. If none has, it says when
// the next will. Some must be under way.
func (u *underway) arrived(now time.Time) (bytes int64, next time.Time) {
	for ; u.head < len(u.groups); u.head++ {
		g := u.groups[u.head]
		if g.due.After(now) {
			return u.here, g.due
		}
		u.here += g.bytes
	}
	if u.here == 0 {
		panic("throttle: internal error: bytes that never entered are wanted")
	}
	return u.here, now
}
