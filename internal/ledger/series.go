package ledger

import (
	"math/bits"
	"time"
)

const (
	// Buckets is the most buckets that a series has. When more are needed,
	// their width is doubled, and half of them are in use.
	Buckets = 512
	// firstWidth is the width of the first buckets: one step of virtual time.
	firstWidth = time.Millisecond
	// maxDrawn is how many destinations have a series. Nobody can tell more
	// lines of a picture apart, and a scenario may have 300,000 destinations.
	maxDrawn = 64
)

// Series says how a copy went over time, from its start to the time at which
// the series was made. That time is in the last bucket.
type Series struct {
	Width        time.Duration // of every bucket
	Until        time.Duration // the time at which the series was made
	Source       []Bucket
	Destinations [][]Bucket // of the first 64 destinations
	// Holders has for each bucket how long each [Holder] held the copy up in it.
	// It is nil if nobody told: see [HolderTrack].
	Holders [][Holders]time.Duration
}

// Bucket is what happened at one end in one span of time.
type Bucket struct {
	Bytes       int64         // moved
	Length      int64         // the greatest length that was told
	Held        time.Duration // for how long the source was paused, or the destination full
	WritesFalse int64         // writes to the destination that returned false
	Drains      int64         // of the destination
}

// KeepSeries makes the ledger keep a series. It is called before anything is
// told. Without it a series has no buckets, and costs nothing.
func (l *Ledger) KeepSeries() {
	l.series = newSeries(1 + len(l.dsts))
	l.source.until, l.source.bucket = 0, new(Bucket)
	for i := range l.dsts {
		l.dsts[i].until, l.dsts[i].bucket = 0, new(Bucket)
	}
}

// Series returns how the copy went up to now. The driver has just told the
// totals and the lengths of all ends. The sums over a series are the totals of
// [Snapshot].
func (l *Ledger) Series(now time.Duration) Series {
	if l.series.tracks == nil {
		return Series{}
	}
	l.advanceAll(now)
	last := l.source.at // may be after now: bytes go on moving meanwhile
	l.enterBucket(&l.source)
	for i := range l.dsts {
		last = max(last, l.dsts[i].at)
		l.enterBucket(&l.dsts[i].end)
	}
	s, n := Series{Width: l.series.width, Until: last}, index(last, l.series.width)+1
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

// series has a track for the source and for each destination that is drawn.
type series struct {
	width  time.Duration // of every bucket
	tracks []track
}

// track has the buckets of one end, column by column.
type track [columns]column

// The columns of a track: the fields of a Bucket.
const (
	bytesMoved = iota
	maxLength
	timeHeld // nanoseconds
	writesFalse
	drains
	columns
)

// column has one number for each bucket.
type column [Buckets]int64

func newSeries(ends int) series {
	return series{width: firstWidth, tracks: make([]track, min(ends, 1+maxDrawn))}
}

// index returns the index of the bucket of that width that has a time.
func index(at, width time.Duration) int { return int(at / width) }

// end returns when the bucket ends that has a time.
func (s *series) end(at time.Duration) time.Duration {
	return time.Duration(index(at, s.width)+1) * s.width
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
	for i := range t {
		if i == maxLength {
			t[i].fold(func(a, b int64) int64 { return max(a, b) })
		} else {
			t[i].fold(sum)
		}
	}
}

// fold makes one number of every two.
func (c *column) fold(merge func(a, b int64) int64) {
	for i := range Buckets / 2 {
		c[i] = merge(c[2*i], c[2*i+1])
	}
	clear(c[Buckets/2:])
}

func sum(a, b int64) int64 { return a + b }

// spread is [column.spread] for a column of a track, if there is that track.
func (s *series) spread(track, column int, from, to time.Duration, amount int64) {
	if track < len(s.tracks) {
		s.tracks[track][column].spread(s.width, from, to, amount)
	}
}

// spread divides an amount evenly among the buckets between two times. The
// shares are rounded such that their sum is the amount.
func (c *column) spread(width, from, to time.Duration, amount int64) {
	i, last := index(from, width), index(to, width)
	var entered int64
	for ; i < last; i++ {
		until := share(amount, time.Duration(i+1)*width-from, to-from)
		c[i] += until - entered
		entered = until
	}
	c[last] += amount - entered
}

// share returns amount·part/whole, rounded down. The part must not be more than
// the whole. The product may need 128 bits.
func share(amount int64, part, whole time.Duration) int64 {
	high, low := bits.Mul64(uint64(amount), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(whole))
	return int64(quotient)
}

// keepLength enters a length that was the same between two times in all buckets
// after that of the first time.
func (s *series) keepLength(track int, from, to time.Duration, length int64) {
	if track >= len(s.tracks) || length == 0 {
		return
	}
	c := &s.tracks[track][maxLength]
	for i, last := index(from, s.width)+1, index(to, s.width); i <= last; i++ {
		c[i] = length // these buckets have no other yet
	}
}

// add adds b to the bucket that has a time.
func (s *series) add(track int, at time.Duration, b Bucket) {
	if track >= len(s.tracks) {
		return
	}
	t, i := &s.tracks[track], index(at, s.width)
	t[bytesMoved][i] += b.Bytes
	t[maxLength][i] = max(t[maxLength][i], b.Length)
	t[timeHeld][i] += int64(b.Held)
	t[writesFalse][i] += b.WritesFalse
	t[drains][i] += b.Drains
}

// first returns the first n buckets.
func (t *track) first(n int) []Bucket {
	buckets := make([]Bucket, n)
	for i := range buckets {
		buckets[i] = Bucket{t[bytesMoved][i], t[maxLength][i], time.Duration(t[timeHeld][i]), t[writesFalse][i], t[drains][i]}
	}
	return buckets
}
