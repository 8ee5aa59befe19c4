package endpoint

import (
	"context"
	"io"
	"time"
)

// Answers reports whether the destination is a connection whose answers are not
// yet dropped. Whoever polls the descriptor from SyscallConn then has to call
// DropAnswers.
func (d *Dest) Answers() bool {
	o, ok := d.stream.(*outgoing)
	return ok && !o.hearing.Load()
}

// DropAnswers drops the answers that have arrived. It returns false if no more
// will come, and an error if the connection has broken.
func (d *Dest) DropAnswers() (more bool, err error) {
	o, ok := d.stream.(*outgoing)
	if !ok || o.hearing.Load() {
		return false, nil
	}
	switch err = o.dropNow(); {
	case err == io.EOF:
		return false, nil
	case err != nil:
		return false, d.WriteError(err)
	}
	return true, nil
}

// Linger waits until the peer has ended its direction of a committed
// connection, for PeerOptions.Linger at most. Then it closes the connection.
// Every byte was delivered before, so a slow peer and the end of ctx are no
// errors. A reset is an error: the peer has closed with bytes unread. At any
// other destination Linger does nothing.
func (d *Dest) Linger(ctx context.Context) error {
	o, ok := d.stream.(*outgoing)
	if !ok || !d.over || d.isClosed() {
		return nil
	}
	limit := time.NewTimer(o.linger)
	defer limit.Stop()
	select {
	case <-o.ended:
	case <-limit.C:
	case <-ctx.Done():
	}
	err := o.whyBroken()
	d.close() // all is delivered
	return d.fail("write", err)
}

// lingers reports whether Commit leaves the connection open for Linger.
func (d *Dest) lingers() bool {
	o, ok := d.stream.(*outgoing)
	return ok && o.linger > 0
}
