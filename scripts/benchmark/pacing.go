//go:build linux

package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"strings"
	"time"
)

// A pace is one measurement of a rate at the receiving end.
type pace struct {
	program program
	rate    int
	to      end
}

func (p pace) String() string {
	return fmt.Sprintf("pacing %s/s to %s, %s", binary(p.rate), p.to, p.program.name)
}

// What the rates must come to.
const (
	mostError     = 0.003
	mostVariation = 0.3  // of 10 ms windows, from variationFrom on
	mostShare     = 1.2  // of the rate in a 100 ms window after a stall, beside what waited
	mostCPU       = 0.03 // of a core, up to cpuUpTo
	variationFrom = 1 * mib
	cpuUpTo       = 100 * mib
	fine          = 10 * time.Millisecond
	coarse        = 100 * time.Millisecond
)

// burstTime is the time of a rate whose bytes may go at once by default.
const burstTime = time.Second / 300

// burst is those bytes.
func burst(rate int) float64 { return float64(rate) * burstTime.Seconds() }

// paces returns every measurement: bpcopy's with either conduit, then the peers'
// at one rate, for comparison.
func (b *bench) paces() []pace {
	var all []pace
	for _, rate := range []int{64 * kib, 1 * mib, 10 * mib, 100 * mib, 1 * gib} {
		for _, to := range []end{pipe, tcp} {
			for _, conduit := range []string{"kernel", "memory"} {
				flags := quietly("--conduit", conduit, "--rate", fmt.Sprint(rate))
				all = append(all, pace{b.program("bpcopy, "+conduit, flags), rate, to})
			}
		}
	}
	const peerRate = 10 * mib
	pv := program{name: "pv", command: "pv", arguments: func(from, _ operand) []string {
		return []string{"-q", "-L", fmt.Sprint(peerRate), from.name}
	}}
	mbuffer := program{name: "mbuffer", command: "mbuffer", arguments: func(from, _ operand) []string {
		return []string{"-q", "-R", fmt.Sprint(peerRate) + "b", "-i", from.name}
	}}
	return append(all, pace{pv, peerRate, pipe}, pace{mbuffer, peerRate, pipe})
}

// pacing runs the measurements of rates.
func (b *bench) pacing(ctx context.Context) (*table, error) {
	t := &table{
		title: "Pacing",
		notes: []string{fmt.Sprintf("Measured at the receiving end: %v of steady reading, then %v without, then %v again. "+
			"Error is of the bytes of the steady part, variation (standard deviation to mean) of its windows of %v, CPU of a core during it. "+
			"The heaviest window is of %v, wherever it begins, after the stall; it may be %.1f times its share of the rate, a burst, "+
			"and what the kernel's pipe or sockets held by then.", steadyTime, stallTime, afterTime, fine, coarse, mostShare)},
		head: []string{"rate", "to", "program", "error", "variation", "CPU", "heaviest", "may be", ""},
	}
	for _, p := range b.paces() {
		switch {
		case ctx.Err() != nil || !b.selects(p.String()):
			continue
		case !installed(p.program.command):
			b.logf("%v: skipped, it is not installed", p)
			continue
		}
		reception, err := b.receive(ctx, p)
		if err != nil {
			b.failed = true
			b.logf("%v: %v", p, err)
			continue
		}
		row := b.paceRow(p, reception)
		t.add(row...)
		b.logf("%v: %s", p, strings.Join(row[3:], "  "))
	}
	return t, ctx.Err()
}

// paceRow judges what was received.
func (b *bench) paceRow(p pace, r reception) []string {
	off := r.steady.rate()/float64(p.rate) - 1
	spread := variation(r.steady.windows(fine))
	heaviest := float64(r.after.heaviest(coarse))
	may := mostShare*float64(p.rate)*coarse.Seconds() + burst(p.rate) + float64(r.held)

	var missed []string
	check := func(name string, wrong bool) {
		if wrong {
			missed = append(missed, name)
		}
	}
	check("error", math.Abs(off) > mostError)
	check("variation", p.rate >= variationFrom && spread > mostVariation)
	check("CPU", p.rate <= cpuUpTo && r.cpu > mostCPU)
	check("heaviest", heaviest > may)
	verdict := "" // none is passed on peers
	if p.program.command == b.command {
		verdict = b.verdict(missed)
	}
	variationCell := ""
	if p.rate >= variationFrom {
		variationCell = fmt.Sprintf("%.2f", spread)
	}
	return []string{
		binary(p.rate) + "/s", string(p.to), p.program.name, fmt.Sprintf("%+.2f %%", 100*off), variationCell,
		fmt.Sprintf("%.1f %%", 100*r.cpu), fmt.Sprintf("%.0f KiB", heaviest/kib), fmt.Sprintf("%.0f KiB", may/kib), verdict,
	}
}

// endlessSource makes a file that outlasts a measurement. Its holes take no
// memory, and can be spliced as data can.
func (b *bench) endlessSource(rate int) (string, error) {
	name := b.memory.file("endless")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return "", err
	}
	return name, os.Truncate(name, int64(rate)*int64(2*(steadyTime+stallTime+afterTime)/time.Second))
}
