package ledger

import "time"

// alone knows which destinations are full, as far as it takes to tell when one is
// full alone. Then it is the only one that holds the source.
type alone struct {
	count   int           // of the full destinations
	indices int           // their sum: if there is one, it is its index
	since   time.Duration // when a destination turned full, or no longer is, last
}

// turned notes that a destination has turned full, or no longer is, if its state is
// another one than it was. It was advanced to now.
func (l *Ledger) turned(dst int, was bool) {
	d := &l.dsts[dst]
	if d.held.on == was {
		return
	}
	l.passAlone(d.at)
	if d.held.on {
		l.full.count++
		l.full.indices += dst
	} else {
		l.full.count--
		l.full.indices -= dst
	}
}

// passAlone lets the time pass for the one destination that is full, if it is one.
func (l *Ledger) passAlone(now time.Duration) {
	if l.full.count == 1 && now > l.full.since {
		l.dsts[l.full.indices].alone += now - l.full.since
	}
	l.full.since = max(l.full.since, now)
}
