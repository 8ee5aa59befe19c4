package ledger

import "time"

// Through returns who held up a chain of copies, with a stage between each and the next
// one, up to a moment. It also returns for how long each stage did.
//
// What the last copy waited for says whose time it was. Where that is its source, which
// is a stage, it is what the copy to that stage waited for, and so on. Where that copy
// waited for the stage, or was over, it is the stage's own time.
func Through(copies []Waits, upTo time.Duration) (whole Waits, stages []time.Duration) {
	last := &copies[len(copies)-1]
	whole.at = max(upTo, last.at)
	whole.held, stages = through(len(copies), whole.at-last.at, func(k int, h Holder) time.Duration { return copies[k].Of(h) })
	return whole, stages
}

// through is Through for one span of time. The last copy was over for the rest of it.
func through(copies int, rest time.Duration, of func(k int, h Holder) time.Duration) (whole [Holders]time.Duration, stages []time.Duration) {
	last := copies - 1
	for _, h := range []Holder{ByDestination, ByLimit, ByUser, ByProgram} {
		whole[h] = of(last, h)
	}
	left := of(last, BySource) + rest
	stages = make([]time.Duration, last)
	for k := last - 1; k >= 0; k-- {
		take := func(h Holder) time.Duration {
			taken := min(of(k, h), left)
			left -= taken
			return taken
		}
		onward := take(BySource)
		whole[ByUser] += take(ByUser)
		whole[ByLimit] += take(ByLimit)
		whole[ByStage] += left
		stages[k], left = left, onward
	}
	whole[BySource] = left
	return whole, stages
}

// StageSeries says how one of the stages of a chain went over time.
type StageSeries struct {
	Buckets []Bucket        // of the stage as the destination of the copy to it
	Holding []time.Duration // for each bucket, for how long the stage held the chain up
}

// ThroughSeries returns how a chain of copies went over time: the source of the first
// one, the destinations of the last one, and who held the chain up, as [Through] says it
// for each bucket. All buckets have the same width. It returns nothing if the series of
// a copy has no buckets.
func ThroughSeries(copies []Series) (whole Series, stages []StageSeries) {
	copies = aligned(copies)
	if copies == nil {
		return Series{}, nil
	}
	whole = copies[len(copies)-1]
	whole.Source = copies[0].Source
	whole.Holders = make([][Holders]time.Duration, len(whole.Source))
	stages = make([]StageSeries, len(copies)-1)
	for k := range stages {
		stages[k] = StageSeries{copies[k].Destinations[0], make([]time.Duration, len(whole.Source))}
	}
	for i := range whole.Holders {
		rest := min(whole.Width, whole.Until-time.Duration(i)*whole.Width)
		for _, held := range copies[len(copies)-1].Holders[i] {
			rest -= held
		}
		var held []time.Duration
		whole.Holders[i], held = through(len(copies), max(rest, 0), func(k int, h Holder) time.Duration { return copies[k].Holders[i][h] })
		for k := range stages {
			stages[k].Holding[i] = held[k]
		}
	}
	return whole, stages
}

// aligned returns series with the same width and as many buckets each, or nil if one
// has none.
func aligned(all []Series) []Series {
	var width, until time.Duration
	for _, s := range all {
		if s.Source == nil || s.Holders == nil {
			return nil
		}
		width, until = max(width, s.Width), max(until, s.Until)
	}
	n := index(until, width) + 1
	same := make([]Series, len(all))
	for i, s := range all {
		by := int(width / s.Width)
		same[i] = Series{Width: width, Until: until, Source: merged(s.Source, by, n, Bucket.and), Holders: merged(s.Holders, by, n, together)}
		for _, buckets := range s.Destinations {
			same[i].Destinations = append(same[i].Destinations, merged(buckets, by, n, Bucket.and))
		}
	}
	return same
}

// merged returns n values that each are those of so many.
func merged[T any](values []T, by, n int, and func(a, b T) T) []T {
	all := make([]T, n)
	for i, v := range values {
		all[i/by] = and(all[i/by], v)
	}
	return all
}

// and returns what happened in two buckets.
func (b Bucket) and(o Bucket) Bucket {
	return Bucket{b.Bytes + o.Bytes, max(b.Length, o.Length), b.Held + o.Held, b.WritesFalse + o.WritesFalse, b.Drains + o.Drains}
}

// together returns what each holder held in two buckets.
func together(a, b [Holders]time.Duration) [Holders]time.Duration {
	for h := range a {
		a[h] += b[h]
	}
	return a
}
