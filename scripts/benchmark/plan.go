//go:build linux

package main

import (
	"math"
	"time"
)

// A stage is one step of a script as the receiving end is to see it.
type stage struct {
	bytes int           // 0 for a stall
	takes time.Duration // 0 where it takes what it takes
	lead  time.Duration // until its first bytes come
}

// A received stage is what came of one.
type received struct {
	bytes int
	took  time.Duration
}

// A plan is the stages of a script in their order.
type plan []stage

// bytes is what all stages let through.
func (p plan) bytes() (all int64) {
	for _, s := range p {
		all += int64(s.bytes)
	}
	return all
}

// apart is a gap between arrivals that only a stall makes.
const apart = 300 * time.Millisecond

// match tells the stages in what arrived. One with bytes ends with the arrival of
// its last byte, or before a stall if it came short; what came with that byte
// counts for the next one. A stall lasts until the stage after it has begun, which
// is before its first bytes come.
func (p plan) match(a arrivals) []received {
	var all []received
	var end time.Duration // of the stage before
	surplus := 0
	if len(a) > 0 && len(p) > 0 {
		end = a[0].at - p[0].lead
	}
	for i, s := range p {
		r := received{bytes: surplus}
		begun := end
		if s.bytes == 0 && len(a) > 0 && i+1 < len(p) {
			end = a[0].at - p[i+1].lead
		} else {
			for len(a) > 0 && r.bytes < s.bytes && (a[0].at-end < apart || r.bytes == 0) {
				r.bytes, end, a = r.bytes+a[0].bytes, a[0].at, a[1:]
			}
			surplus = max(0, r.bytes-s.bytes)
			r.bytes -= surplus
		}
		r.took = end - begun
		all = append(all, r)
	}
	return all
}

// off is how far what was received is from the plan, as a share of it: in time, if
// that is a second or more, or in bytes where that is farther.
func (s stage) off(r received) float64 {
	var off float64
	if s.takes >= time.Second {
		off = math.Abs(float64(r.took)/float64(s.takes) - 1)
	}
	if s.bytes > 0 {
		off = max(off, math.Abs(float64(r.bytes)/float64(s.bytes)-1))
	}
	return off
}
