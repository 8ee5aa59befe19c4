//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"runtime/debug"
	"time"
)

// The parts of a reception under a rate, and the windows to look at it through.
const (
	warmTime   = 500 * time.Millisecond // not counted: the sender starts
	steadyTime = 4 * time.Second
	stallTime  = 4 * time.Second
	afterTime  = 2 * time.Second
	fine       = 10 * time.Millisecond
	coarse     = 100 * time.Millisecond
)

// A limit is one measurement of --rate, or of what a peer has instead.
type limit struct {
	copier
	rate int // in bytes per second
}

// limits returns every measurement: bpcopy's with either conduit, and the peers'
// at one rate, for comparison.
func (b *bench) limits() []limit {
	var all []limit
	for _, r := range []struct {
		name string
		rate int
	}{{"10MiB", 10 * mib}, {"64KiB", 64 * kib}, {"1MiB", mib}, {"100MiB", 100 * mib}, {"1GiB", 1024 * mib}} {
		for _, to := range []end{pipe, tcp} {
			for _, conduit := range []string{"kernel", "memory"} {
				over, flags := path{file, to}, fmt.Sprintf("--conduit %s --rate %d", conduit, r.rate)
				name := fmt.Sprintf("Rate/%s/%s/%s", r.name, to, conduit)
				all = append(all, limit{copier{over, name, b.command(over, flags)}, r.rate})
			}
		}
	}
	if b.short {
		return all[:4] // one rate
	}
	return append(all,
		limit{copier{path{file, pipe}, "Rate/10MiB/Pipe/pv", "pv -q -L 10485760 $in"}, 10 * mib},
		limit{copier{path{file, pipe}, "Rate/10MiB/Pipe/mbuffer", "mbuffer -q -R 10485760b -i $in"}, 10 * mib})
}

// rates measures what arrives under limits.
func (b *bench) rates(ctx context.Context) section {
	s := section{
		title: "Rates",
		note: fmt.Sprintf("Read at the receiving end, for %v steadily, for %v not at all, and for %v again. Of the steady part: "+
			"off-%% is how far its rate is from the limit, variation the standard deviation to the mean of its windows of %v, "+
			"cpu-%% the sender's share of a core. burst-MiB is the most that came within %v after the stall, "+
			"of which the kernel's pipe or sockets held a part by then.", steadyTime, stallTime, afterTime, fine, coarse),
	}
	for _, l := range b.limits() {
		if !b.wants(ctx, l.name) {
			continue
		}
		got := &reception{}
		if err := b.hold(ctx, l, got); err != nil {
			b.fail(l.name, err)
			continue
		}
		b.report(&s, l.name, got.values(l.rate)...)
	}
	return s
}

// hold makes a copy under a limit, of more than there is time for.
func (b *bench) hold(ctx context.Context, l limit, got *reception) error {
	const enough = 2 * (steadyTime + stallTime + afterTime)
	source, err := b.hole(int64(l.rate) * int64(enough/time.Second))
	if err != nil {
		return err
	}
	r := b.run(l.path, l.command, source)
	r.receive = got.receive
	if err := r.do(ctx); err != nil {
		return err
	}
	if len(got.after) == 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

// A reception is what came of a copy under a limit.
type reception struct {
	steady arrivals
	after  arrivals // after the stall
	cpu    float64  // of a core while steady
}

// receive reads in the order of the reception's parts.
func (got *reception) receive(r *receiver) (err error) {
	debug.FreeOSMemory() // of the reception before, now and not in the midst of this one
	if _, err := r.during(warmTime); err != nil {
		return err
	}
	used, began := r.sender.usedSoFar(), time.Now()
	if got.steady, err = r.during(steadyTime); err != nil {
		return err
	}
	got.cpu = float64(r.sender.usedSoFar()-used) / float64(time.Since(began))
	time.Sleep(stallTime)
	if got.after, err = r.during(afterTime); err != nil {
		return err
	}
	return errEnough
}

// values are what the reception came to.
func (got *reception) values(rate int) []value {
	values := []value{
		{100 * math.Abs(got.steady.rate()/float64(rate)-1), "off-%"},
		{100 * got.cpu, "cpu-%"},
		{float64(got.after.heaviest(coarse)) / mib, "burst-MiB"},
	}
	if rate >= mib { // of less, a window lets through less than a chunk
		values = append(values, value{variation(got.steady.windows(fine)), "variation"})
	}
	return values
}

// hole makes a file of so many bytes that takes no memory, and that can be spliced
// as any other.
func (b *bench) hole(size int64) (string, error) {
	name := b.file("hole")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return "", err
	}
	return name, os.Truncate(name, size)
}
