//go:build linux

package main

import (
	"fmt"
	"math"
	"strings"
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
func (p plan) bytes() (all int) {
	for _, s := range p {
		all += s.bytes
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
		switch {
		case s.bytes == 0 && len(a) > 0 && i+1 < len(p):
			end = a[0].at - p[i+1].lead
		default:
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

// mostOff is how far a stage of a second or more may be from its plan.
const mostOff = 0.01

// off is how far what was received is from the plan, as a share of it: in time, or
// in bytes where that is more.
func (s stage) off(r received) float64 {
	var off float64
	if s.takes >= time.Second {
		off = float64(r.took)/float64(s.takes) - 1
	}
	if s.bytes > 0 {
		if share := float64(r.bytes)/float64(s.bytes) - 1; math.Abs(share) > math.Abs(off) {
			off = share
		}
	}
	return off
}

// worst is the stage that is farthest off, from 1, and how far.
func (p plan) worst(all []received) (which int, off float64) {
	for i, s := range p {
		if o := s.off(all[i]); which == 0 || math.Abs(o) > math.Abs(off) {
			which, off = i+1, o
		}
	}
	return which, off
}

// describe tells what was received of each stage.
func describe(all []received) string {
	var parts []string
	for _, r := range all {
		part := fmt.Sprintf("%.3f s", r.took.Seconds())
		if r.bytes > 0 {
			part = fmt.Sprintf("%.2f MiB in ", float64(r.bytes)/mib) + part
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ")
}
