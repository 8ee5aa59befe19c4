package ledger

import (
	"math/bits"
	"time"
)

const (
	// Buckets is how many buckets a series has at most. Just after their width has
	// doubled, half of them are in use.
	Buckets = 240
	// firstWidth is how long the first buckets last: that of the scenarios' clock.
	firstWidth = time.Millisecond
	// mostDrawn is how many destinations have a series. Nobody can tell more lines
	// of a picture apart, and a scenario may have 300,000.
	mostDrawn = 64
)

// Series is how a copy went: what happened at each end in equal spans of time,
// from the start to the moment of the look, which is in the last bucket.
type Series struct {
	Width        time.Duration // of every bucket
	Source       []Bucket
	Destinations [][]Bucket // of the first 64
}

// Bucket is what happened at one end in one span of time.
type Bucket struct {
	Bytes  int64         // that passed it
	Length int64         // the most that was buffered, as far as it was told
	Held   time.Duration // the source was paused, or the destination full
}

// Series is how the copy went up to now. The driver has just told what it knows of
// every end. The sums of a series are the totals of [Snapshot].
func (l *Ledger) Series(now time.Duration) Series {
	l.settleAll(now)
	last := l.source.at // an end may be ahead of now: its byte moved after the look began
	l.close(&l.source)
	for i := range l.dsts {
		last = max(last, l.dsts[i].at)
		l.close(&l.dsts[i].end)
	}
	s, n := Series{Width: l.series.width}, l.series.index(last)+1
	for i := range l.series.tracks {
		buckets := l.series.tracks[i].first(n)
		if i == 0 {
			s.Source = buckets
		} else {
			s.Destinations = append(s.Destinations, buckets)
		}
	}
	return s
}

// series holds a track for every end that may be drawn, all of one width.
type series struct {
	width  time.Duration
	tracks []track
}

// track holds the columns of one end.
type track [columns][Buckets]int64

// The columns of a track.
const (
	bytesMoved = iota
	mostLength
	timeHeld // nanoseconds
	columns
)

func newSeries(ends int) series {
	return series{width: firstWidth, tracks: make([]track, min(ends, 1+mostDrawn))}
}

// index is the bucket of a time that is within reach.
func (s *series) index(at time.Duration) int { return int(at / s.width) }

// end is when the bucket of a time ends.
func (s *series) end(at time.Duration) time.Duration {
	return time.Duration(s.index(at)+1) * s.width
}

// reach doubles the width until a time has a bucket.
func (s *series) reach(at time.Duration) {
	for at/Buckets >= s.width {
		s.width *= 2
		for i := range s.tracks {
			s.tracks[i].fold()
		}
	}
}

// fold makes one bucket of every two.
func (t *track) fold() {
	for column := range t {
		c := &t[column]
		for i := range Buckets / 2 {
			if column == mostLength {
				c[i] = max(c[2*i], c[2*i+1])
			} else {
				c[i] = c[2*i] + c[2*i+1]
			}
		}
		clear(c[Buckets/2:])
	}
}

// spread enters an amount that came evenly between two times. The shares of the
// buckets are rounded so that their sum is the amount.
func (s *series) spread(track, column int, from, to time.Duration, amount int64) {
	if track >= len(s.tracks) {
		return
	}
	c := &s.tracks[track][column]
	i, last := s.index(from), s.index(to)
	var entered int64
	for ; i < last; i++ {
		until := share(amount, time.Duration(i+1)*s.width-from, to-from)
		c[i] += until - entered
		entered = until
	}
	c[last] += amount - entered
}

// share is amount·part/whole, rounded down, for a part that is not more than the
// whole.
func share(amount int64, part, whole time.Duration) int64 {
	high, low := bits.Mul64(uint64(amount), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(whole))
	return int64(quotient)
}

// stay enters a length that has stayed the same between two times, the first of
// which has it already.
func (s *series) stay(track int, from, to time.Duration, bytes int64) {
	if track >= len(s.tracks) || bytes == 0 {
		return
	}
	c := &s.tracks[track][mostLength]
	for i, last := s.index(from)+1, s.index(to); i <= last; i++ {
		c[i] = bytes // the first in it
	}
}

// add adds to the bucket of a time.
func (s *series) add(track int, at time.Duration, b Bucket) {
	if track >= len(s.tracks) {
		return
	}
	t, i := &s.tracks[track], s.index(at)
	t[bytesMoved][i] += b.Bytes
	t[mostLength][i] = max(t[mostLength][i], b.Length)
	t[timeHeld][i] += int64(b.Held)
}

// first returns the first n buckets.
func (t *track) first(n int) []Bucket {
	buckets := make([]Bucket, n)
	for i := range buckets {
		buckets[i] = Bucket{t[bytesMoved][i], t[mostLength][i], time.Duration(t[timeHeld][i])}
	}
	return buckets
}
