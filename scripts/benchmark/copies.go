//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// copies runs the cases of the table of copies.
func (b *bench) copies(ctx context.Context) (*table, error) {
	t := &table{
		title: fmt.Sprintf("Copies of %d MiB", b.memory.data.size/mib),
		notes: []string{
			fmt.Sprintf("Medians of %d pairs (3 on disk and of large copies) that take turns, in %s; display off unless it says otherwise. "+
				"Wall is the time of the whole pipeline, bpcopy's to the peer's; beside it the middle half of the pairs, and the ratio of the fastest copies. "+
				"CPU is user and system time of the measured program alone, as a ratio too. "+
				"Producers, consumers and the far ends of TCP are `cat`.", b.rounds, b.memory.fileSystem),
		},
		head: []string{"copy", "peer", "wall", "p25–p75", "fastest", "CPU", "seconds", "peak MiB", "at most", ""},
	}
	for _, c := range b.contests() {
		b.judge(ctx, t, c.title(), c.peer.name, c.limit, c.peer.program.command, func() (outcome, error) { return b.fight(ctx, c) })
	}
	fileSystem, err := fileSystemOf(b.disk)
	if err != nil {
		return nil, err
	}
	for _, c := range b.diskContests(fileSystem) {
		b.judge(ctx, t, c.name, c.peer.name, c.limit, c.peer.program.command, func() (outcome, error) { return b.fightOnDisk(ctx, c) })
	}
	b.judge(ctx, t, "an empty file, start to end", "cat /dev/null", startupLimit(), "hyperfine", func() (outcome, error) { return b.startup(ctx) })
	zeros := int64(10 * gib)
	if b.long {
		zeros *= 10
	}
	b.judge(ctx, t, fmt.Sprintf("%d GiB of /dev/zero → /dev/null", zeros/gib), "", limit{peak: mostMemory}, b.command,
		func() (outcome, error) { return b.zeros(ctx, zeros) })
	if b.long {
		if err := b.sizes(ctx, t); err != nil {
			return nil, err
		}
	}
	return t, ctx.Err()
}

// sizes adds the large copies.
func (b *bench) sizes(ctx context.Context, t *table) error {
	contests, remove, err := b.sizeContests()
	if err != nil {
		return err
	}
	for _, c := range contests {
		b.judge(ctx, t, c.title(), c.peer.name, c.limit, b.command, func() (outcome, error) { return b.fight(ctx, c) })
	}
	return remove()
}

// judge runs a case, if it is selected and what it needs is installed, and adds
// its row.
func (b *bench) judge(ctx context.Context, t *table, name, peer string, most limit, needs string, fight func() (outcome, error)) {
	label := name
	if peer != "" {
		label += " against " + peer
	}
	if ctx.Err() != nil || !b.selects(label) {
		return
	}
	if !installed(needs) {
		b.logf("%s: skipped, %s is not installed", label, needs)
		return
	}
	if b.short {
		most = most.widened(shortMargin)
	}
	o, err := fight()
	if b.short && err == nil && len(most.missedBy(o)) > 0 {
		b.logf("%s: once more, something else may have been running", label)
		o, err = fight()
	}
	cells, verdict := o.cells(), "FAILED"
	switch {
	case err == nil:
		verdict = b.verdict(most.missedBy(o))
		b.logf("%s: %s: %s", label, strings.Join(strings.Fields(strings.Join(cells, " ")), " "), verdict)
	case errors.Is(err, errPeer):
		verdict = errPeer.Error()
		b.logf("%s: %v", label, err)
	default:
		b.failed = true
		b.logf("%s: %v", label, err)
	}
	t.add(slices.Concat([]string{name, peer}, cells, []string{most.String(), verdict})...)
}

// cells are the figures of an outcome, where there are any.
func (o outcome) cells() []string {
	cells := make([]string, 6)
	if o.wall.median > 0 {
		cells[0] = fmt.Sprintf("%.2f", o.wall.median)
		cells[1] = fmt.Sprintf("%.2f–%.2f", o.wall.p25, o.wall.p75)
		cells[2] = fmt.Sprintf("%.2f", o.fastest)
		cells[3] = fmt.Sprintf("%.2f", o.cpu.median)
	}
	if o.seconds > 0 {
		cells[4] = fmt.Sprintf("%.3f", o.seconds)
	}
	if o.peak > 0 {
		cells[5] = fmt.Sprintf("%.1f", float64(o.peak)/mib)
	}
	return cells
}
