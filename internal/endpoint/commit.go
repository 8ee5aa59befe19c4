package endpoint

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
)

// Commit completes all destinations or none.
//
// First it does everything that can fail: files get their metadata and go to
// disk, and the peers of connections get the last byte. Then it calls decide,
// unless that is nil; an error of decide aborts. Last the files get their
// names. If one file cannot get its name, the others lose theirs again.
//
// After an error all destinations are aborted. Bytes that were sent or written
// in place are not taken back. A connection that lingers stays open for Linger.
func Commit(ctx context.Context, dsts []*Dest, decide func() error) error {
	err := prepare(ctx, dsts)
	if err == nil && decide != nil {
		err = decide()
	}
	if err == nil {
		err = publish(dsts)
	}
	for _, d := range dsts {
		if err == nil {
			d.complete()
		} else if bad := d.Abort(); bad != nil {
			err = errors.Join(err, bad)
		}
	}
	return err
}

// CommitEach completes as many of the destinations as it can, each by itself. It
// returns the errors of the others, joined.
//
// As with [Commit], everything that may wait is done before decide is called, once:
// no destination has its name while the answer may still be that none is to have it.
func CommitEach(ctx context.Context, dsts []*Dest, decide func() error) error {
	errs := prepareEach(ctx, dsts)
	refused := ctx.Err()
	if decide != nil {
		refused = decide()
	}
	for i, d := range dsts {
		if errs[i] == nil && refused == nil {
			errs[i] = publish([]*Dest{d})
		}
		if errs[i] == nil && refused == nil {
			d.complete()
		} else {
			errs[i] = errors.Join(errs[i], d.Abort())
		}
	}
	return errors.Join(refused, errors.Join(errs...))
}

// Commit completes one destination.
func (d *Dest) Commit(ctx context.Context) error { return Commit(ctx, []*Dest{d}, nil) }

// prepare prepares all destinations. It returns the error of the first one that has
// one.
func prepare(ctx context.Context, dsts []*Dest) error {
	if len(dsts) == 0 {
		return ctx.Err()
	}
	return cmp.Or(prepareEach(ctx, dsts)...)
}

// prepareEach prepares all destinations at the same time, because each may wait for
// a disk or a peer. It returns the error of each.
func prepareEach(ctx context.Context, dsts []*Dest) []error {
	errs := make([]error, len(dsts))
	var others sync.WaitGroup
	for i, d := range dsts {
		if i > 0 { // a single destination needs no goroutine
			others.Go(func() { errs[i] = d.prepare(ctx) })
		}
	}
	if len(dsts) > 0 {
		errs[0] = dsts[0].prepare(ctx)
	}
	others.Wait()
	return errs
}

// prepare does everything that can fail before the destination is complete.
func (d *Dest) prepare(ctx context.Context) error {
	stream, err := d.opened()
	if err == nil {
		err = ctx.Err()
	}
	switch {
	case err != nil:
		return err
	case d.over:
		return d.fail("write", os.ErrClosed)
	case d.replacement != nil:
		return d.replacement.prepare()
	}
	if err := d.ending.finish(ctx, stream); err != nil || d.lingers() {
		return err
	}
	return d.fail("close", d.close())
}

// publish gives the new files their names.
func publish(dsts []*Dest) error {
	var files []*replacement
	for _, d := range dsts {
		if r := d.replacement; r != nil {
			// Only then can something fail after the file has its name. An
			// exchange that can be taken back costs more than a rename.
			r.alone = len(dsts) == 1
			r.reversible = r.fsync || !r.alone
			files = append(files, r)
		}
	}
	for i, r := range files {
		if err := r.publish(); err != nil {
			return errors.Join(err, revoke(files[:i]))
		}
	}
	return settle(files)
}

// settle removes the old files. If the first cannot be removed, it takes all
// names back.
func settle(files []*replacement) error {
	var errs []error
	for i, r := range files {
		switch err := r.settle(); {
		case err == nil:
		case i == 0:
			return errors.Join(err, revoke(files))
		default: // too late: the first old file is gone
			errs = append(errs, fmt.Errorf("%w; the destinations are complete", err))
		}
	}
	return errors.Join(errs...)
}

// revoke takes the names back, the last one first.
func revoke(files []*replacement) error {
	var err error
	for _, r := range slices.Backward(files) {
		err = errors.Join(err, r.revoke())
	}
	return err
}

// complete closes a destination after it was completed, unless its connection
// lingers.
func (d *Dest) complete() {
	d.over = true
	if !d.lingers() {
		_ = d.close() // its errors were asked for in prepare
	}
	if d.replacement != nil {
		_ = d.replacement.discard() // of its folder alone
	}
}

// Abort gives up the destination. The old file stays as it is. A TCP peer sees
// a reset and not the end. Abort is idempotent. After Commit it only closes a
// connection that lingers.
func (d *Dest) Abort() error {
	if d.over {
		_ = d.close() // all is delivered
		return nil
	}
	d.over = true
	if s, ok := d.stream.(*outgoing); ok {
		s.resetOnClose()
	}
	_ = d.close() // its errors are about bytes that are given up
	if d.replacement != nil {
		return d.replacement.discard()
	}
	return nil
}
