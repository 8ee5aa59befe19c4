//go:build linux

package main

import (
	"context"
	"fmt"
	"time"
)

// zeros copies so many bytes of nothing to nowhere, for its memory.
func (b *bench) zeros(ctx context.Context, bytes int64) (outcome, error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	start := time.Now()
	p, err := startProcess(ctx, []string{b.command, "-q", "-S", fmt.Sprint(bytes), "/dev/zero", "/dev/null"}, nil, nil, nil)
	if err != nil {
		return outcome{}, err
	}
	watched := make(chan struct{}) // closed when p.peak is final
	go func() {
		defer close(watched)
		p.watchPeak()
	}()
	err = p.wait()
	<-watched
	return outcome{seconds: p.ended.Sub(start).Seconds(), peak: p.peak}, err
}

// sizeContests are large copies against small ones of the same kind, per byte.
// Close removes their data.
func (b *bench) sizeContests() (contests []contest, close func() error, err error) {
	free, err := b.memory.free()
	if err != nil {
		return nil, nil, err
	}
	const small, most = 1 * gib, 16 * gib
	// From pipe to pipe nothing stays, and the data can be sent again and again.
	pipes := b.memory.ground(false)
	if pipes.data, err = newData(b.memory.file("small"), small); err != nil {
		return nil, nil, err
	}
	files := pipes
	files.repeat, pipes.repeat = 1, most/small
	// What is in a file takes memory, of which some must remain.
	large := max(1, min(most, free*3/4-small)/gib) * gib
	if files.data, err = newData(b.memory.file("large"), large); err != nil {
		return nil, nil, err
	}
	base := pipes
	base.repeat = 1
	add := func(over path, g ground) {
		c := b.contest(over, b.program("bpcopy", quietly()), b.program("bpcopy", quietly()), limit{wall: 1.05})
		c.name = fmt.Sprintf("%v, %d GiB", over, g.bytes()/gib)
		c.ours.ground, c.peer.ground = g, base
		c.peer.name, c.most = "bpcopy, 1 GiB", 3
		contests = append(contests, c)
	}
	add(path{pipe, pipe}, pipes)
	add(path{file, pipe}, files)
	return contests, func() error { return removeAll(base.data.file, files.data.file) }, nil
}
