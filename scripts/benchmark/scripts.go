//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"time"
)

// A script is one measurement of --consumer or --producer at the receiving end.
type script struct {
	flag string
	text string
	plan plan
	to   end
	with string // the conduit
}

func (s script) String() string {
	return fmt.Sprintf("script %s %q to %s, %s", s.flag, s.text, s.to, s.with)
}

// restBytes are what an unlimited end of a script lets through.
const restBytes = 8 * mib

// lead is when the first bytes of a step at a rate have passed: a burst at a
// consumer's, a whole chunk at a producer's.
func lead(bytes float64, rate float64) time.Duration {
	return time.Duration(bytes / rate * float64(time.Second))
}

// scripts returns every measurement. A stage that ends with the copy takes what it
// takes.
func scripts() []script {
	const consumed, latency, chunk = burstTime, 5 * time.Millisecond, 128 * kib
	rest := stage{bytes: restBytes}
	kinds := []script{
		{flag: "--consumer", text: "10MiB/s for 2s; stall for 1.5s; 1MiB/s for 2MiB; unlimited", plan: plan{
			{20 * mib, 2 * time.Second, consumed}, {0, 1500 * time.Millisecond, 0}, {2 * mib, 2 * time.Second, consumed}, rest,
		}},
		{flag: "--consumer", text: "100MiB/s for 100MiB; 200MiB/s for 1s; stall for 1s; 50MiB/s for 1s; unlimited", plan: plan{
			{100 * mib, time.Second, consumed}, {200 * mib, time.Second, consumed},
			{0, time.Second, 0}, {50 * mib, time.Second, consumed}, rest,
		}},
		{flag: "--consumer", text: "8MiB/s + latency 5ms for 2s; stall for 1s; slice 64KiB + latency 5ms for 16MiB; unlimited", plan: plan{
			{16 * mib, 2 * time.Second, 2 * latency}, {0, time.Second, 0}, {16 * mib, 256 * latency, latency}, rest,
		}},
		{flag: "--producer", text: "10MiB/s for 2s; stall for 1.5s; 20MiB/s for 30MiB; unlimited", plan: plan{
			{20 * mib, 2 * time.Second, lead(chunk, 10*mib)}, {0, 1500 * time.Millisecond, 0},
			{30 * mib, 1500 * time.Millisecond, lead(chunk, 20*mib)}, rest,
		}},
	}
	var all []script
	for _, s := range kinds {
		for _, to := range []end{pipe, tcp} {
			for _, conduit := range []string{"kernel", "memory"} {
				s.to, s.with = to, conduit
				all = append(all, s)
			}
		}
	}
	return all
}

// scripts runs the measurements of scripts.
func (b *bench) scripts(ctx context.Context) (*table, error) {
	t := &table{
		title: "Scripts",
		notes: []string{fmt.Sprintf("Measured at the receiving end, which reads whatever comes as soon as it comes. "+
			"Each step is told with what came during it and how long that took, the last one to the end of the copy. "+
			"Off is the step that is farthest from its script, in time (of a second or more) or in bytes; it may be %.0f %%.", 100*mostOff)},
		head: []string{"script", "to", "conduit", "received", "off", "in step", ""},
	}
	for _, s := range scripts() {
		if ctx.Err() != nil || !b.selects(s.String()) {
			continue
		}
		all, err := b.follow(ctx, s)
		if err != nil {
			b.failed = true
			b.logf("%v: %v", s, err)
			continue
		}
		which, off := s.plan.worst(all)
		var missed []string
		if math.Abs(off) > mostOff {
			missed = append(missed, "script")
		}
		verdict := b.verdict(missed)
		t.add("`"+s.flag+" '"+s.text+"'`", string(s.to), s.with, describe(all), fmt.Sprintf("%+.2f %%", 100*off), fmt.Sprint(which), verdict)
		b.logf("%v: %s: %+.2f %% in step %d: %s", s, describe(all), 100*off, which, verdict)
	}
	return t, ctx.Err()
}

// follow makes a scripted copy and tells what came of each stage.
func (b *bench) follow(ctx context.Context, s script) ([]received, error) {
	source := b.memory.file("scripted")
	if err := os.WriteFile(source, nil, 0o600); err != nil {
		return nil, err
	}
	defer os.Remove(source)
	if err := os.Truncate(source, int64(s.plan.bytes())); err != nil { // a hole will do
		return nil, err
	}
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	crew, ctx := newCrew(ctx)
	program := b.program("bpcopy", quietly("--conduit", s.with, s.flag, s.text))
	got, err := receiveAll(ctx, crew, program, s.to, source)
	if err != nil {
		crew.cancel(err)
	}
	if _, ended := crew.wait(); ended != nil || err != nil {
		return nil, errors.Join(err, ended)
	}
	all := s.plan.match(got)
	if sum := got.bytes(); sum != s.plan.bytes() {
		return nil, fmt.Errorf("count what arrived: %d bytes of %d", sum, s.plan.bytes())
	}
	return all, nil
}

// receiveAll starts a copy of a file and reads what comes of it to its end.
func receiveAll(ctx context.Context, crew *crew, program program, to end, source string) (got arrivals, err error) {
	r, err := startSender(ctx, crew, program, to, source)
	if err != nil {
		return nil, err
	}
	defer r.from.Close()
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	r.start = time.Now()
	for {
		one, err := r.next()
		if err == io.EOF {
			return got, nil
		}
		if err != nil {
			return nil, err
		}
		got = append(got, one)
	}
}
