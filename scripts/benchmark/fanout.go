//go:build linux

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
)

// What a copy to several destinations is measured with.
const (
	fanoutSize  = 64 * mib
	fanoutMark  = 384*kib - 1 // the default mark, less a byte, and a chunk
	fanoutCases = "fan-out to %d against tee"
)

// fanoutCounts are how many destinations there are.
func fanoutCounts() []int { return []int{1, 2, 8, 64} }

// A fanoutScore is the figures of the copies to some destinations.
type fanoutScore struct {
	destinations int
	wall, cpu    []float64 // seconds of ours
	ratio        []float64 // of our wall to that of tee
	peak         int64     // resident
	buffered     int64     // the most for one destination, as --json has it
}

// fanout runs the measurements of copies to several destinations.
func (b *bench) fanout(ctx context.Context) (*table, error) {
	t := &table{
		title: fmt.Sprintf("Fan-out of %d MiB", fanoutSize/mib),
		notes: []string{fmt.Sprintf("One file to so many new ones in %s, medians of %d pairs that take turns with `tee`; every byte of every file is compared once, "+
			"the size each time. Wall and CPU are for each destination, beside the first the ratio to a single destination and to `tee`. "+
			"Peak is resident memory, buffered the most that waited for one destination: the marks allow %d bytes of it, "+
			"and the bytes are held once however many destinations there are.", b.memory.fileSystem, b.rounds, fanoutMark)},
		head: []string{"destinations", "wall each", "to one", "to tee", "CPU each", "to one", "peak MiB", "buffered KiB", ""},
	}
	data, err := newData(b.memory.file("fanned"), fanoutSize)
	if err != nil {
		return nil, err
	}
	defer os.Remove(data.file)
	var one *fanoutScore
	for _, n := range fanoutCounts() {
		if ctx.Err() != nil || !b.selects(fmt.Sprintf(fanoutCases, n)) {
			continue
		}
		score, err := b.fan(ctx, data, n)
		if err != nil {
			b.failed = true
			b.logf(fanoutCases+": %v", n, err)
			continue
		}
		if n == 1 {
			one = score
		}
		row := append(score.cells(one), b.verdict(score.missed()))
		t.add(row...)
		b.logf(fanoutCases+": %q", n, row[1:])
	}
	return t, ctx.Err()
}

// fan measures copies to n destinations against those of tee.
func (b *bench) fan(ctx context.Context, data data, n int) (*fanoutScore, error) {
	if free, err := b.memory.free(); err != nil || free < int64(n+1)*data.size {
		return nil, fmt.Errorf("make room for %d destinations: %d MiB are free, %w", n, free/mib, err)
	}
	outs := make([]string, n)
	for i := range outs {
		outs[i] = b.memory.file(fmt.Sprintf("fan%d", i))
	}
	defer func() { _ = removeAll(outs...) }() // some may be missing after a failure
	score := &fanoutScore{destinations: n}
	for round := range b.rounds + 1 { // the first warms up
		var costs [2]cost
		for turn := range costs {
			who := (round + turn) % 2 // who goes first alternates
			var err error
			if who == 0 {
				costs[who], err = b.fanOurs(ctx, data, outs, score, round == 0)
			} else {
				costs[who], err = fanTee(ctx, data, outs)
			}
			if err != nil {
				return nil, err
			}
		}
		if round > 0 {
			score.add(costs[0], costs[1])
		}
	}
	return score, nil
}

// fanOurs is one copy of ours. It notes what was buffered.
func (b *bench) fanOurs(ctx context.Context, data data, outs []string, score *fanoutScore, compare bool) (cost, error) {
	report := b.memory.file("fan.json")
	defer os.Remove(report)
	argv := append([]string{b.command, "-q", "--json", report}, b.with...)
	c, err := fanOnce(ctx, append(append(argv, data.file), outs...), "", "", outs)
	if err != nil {
		return c, err
	}
	var summary struct {
		PeakLength int64 `json:"peak_length"`
	}
	content, err := os.ReadFile(report)
	if err == nil {
		err = json.Unmarshal(content, &summary)
	}
	score.buffered = max(score.buffered, summary.PeakLength)
	for _, out := range outs {
		if err == nil {
			err = data.arrivedIn(out, compare)
		}
	}
	return c, err
}

// fanTee is one copy of tee, whose last destination is its standard output.
func fanTee(ctx context.Context, data data, outs []string) (cost, error) {
	last := len(outs) - 1
	return fanOnce(ctx, append([]string{"tee"}, outs[:last]...), data.file, outs[last], outs)
}

// fanOnce runs a program that writes new files. Where its standard input and
// output are files, they are named.
func fanOnce(ctx context.Context, argv []string, from, to string, outs []string) (cost, error) {
	for _, out := range outs {
		if err := os.Remove(out); err != nil && !os.IsNotExist(err) {
			return cost{}, err
		}
	}
	ctx, stop := context.WithTimeoutCause(ctx, patience, fmt.Errorf("run %s: still not done after %v", argv[0], patience))
	defer stop()
	var stdin, stdout *os.File
	var err error
	if from != "" {
		if stdin, err = os.Open(from); err != nil {
			return cost{}, err
		}
		if stdout, err = os.Create(to); err != nil {
			return cost{}, err
		}
	}
	crew, ctx := newCrew(ctx)
	start := time.Now()
	p, err := crew.start(ctx, argv, stdin, stdout, nil)
	if err != nil {
		return cost{}, err
	}
	crew.members.Go(p.watchPeak)
	ended, err := crew.wait()
	return cost{ended.Sub(start), p.cpu, p.peak}, err
}

// arrivedIn fails unless all of the data is in a file, or as much of it.
func (d data) arrivedIn(name string, compare bool) error {
	out, err := os.Open(name)
	if err != nil {
		return err
	}
	defer out.Close()
	if compare {
		return d.compare(out, 1)
	}
	info, err := out.Stat()
	if err != nil {
		return err
	}
	return wantBytes(info.Size(), d.size)
}

func (s *fanoutScore) add(ours, tee cost) {
	s.wall = append(s.wall, ours.wall.Seconds())
	s.cpu = append(s.cpu, ours.cpu.Seconds())
	s.ratio = append(s.ratio, float64(ours.wall)/float64(tee.wall))
	s.peak = max(s.peak, ours.peak)
}

// each are the medians of a copy for each destination, in seconds.
func (s *fanoutScore) each() (wall, cpu float64) {
	n := float64(s.destinations)
	return spreadOf(s.wall).median / n, spreadOf(s.cpu).median / n
}

// cells are the figures, with those of a single destination where there are any.
func (s *fanoutScore) cells(one *fanoutScore) []string {
	wall, cpu := s.each()
	toOne := make([]string, 2)
	if one != nil {
		oneWall, oneCPU := one.each()
		toOne[0], toOne[1] = fmt.Sprintf("%.2f", wall/oneWall), fmt.Sprintf("%.2f", cpu/oneCPU)
	}
	return []string{
		fmt.Sprint(s.destinations), fmt.Sprintf("%.1f ms", 1000*wall), toOne[0], fmt.Sprintf("%.2f", spreadOf(s.ratio).median),
		fmt.Sprintf("%.1f ms", 1000*cpu), toOne[1], fmt.Sprintf("%.1f", float64(s.peak)/mib), fmt.Sprintf("%.0f", float64(s.buffered)/kib),
	}
}

// missed names what is above what it may be.
func (s *fanoutScore) missed() []string {
	var missed []string
	if s.peak > mostMemory {
		missed = append(missed, "memory")
	}
	if s.buffered > fanoutMark {
		missed = append(missed, "buffered")
	}
	return missed
}
