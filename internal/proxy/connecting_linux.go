package proxy

import (
	"os"
	"time"

	"golang.org/x/sys/unix"

	"bpcopy/internal/endpoint"
)

// attempt begins to connect.
func (c *connection) attempt() {
	if c.opts.ConnectTimeout > 0 {
		c.giveUp = time.Now().Add(c.opts.ConnectTimeout)
		c.loop.At(&c.job, c.giveUp)
	}
	c.lookUp()
}

// unreached is what becomes of the connection after an attempt that has failed.
func (c *connection) unreached(err error) {
	now := time.Now()
	if !now.Before(c.retry) || !endpoint.MayComeLate(err) {
		c.close(failed)
		return
	}
	c.addresses, c.giveUp = nil, time.Time{}
	again := now.Add(endpoint.BetweenAttempts)
	if again.After(c.retry) {
		again = c.retry
	}
	c.loop.At(&c.job, again)
}

// lookUp finds the addresses of the upstream, and connects.
func (c *connection) lookUp() {
	u := c.loops.upstream
	if all := u.addresses(); all != nil {
		c.found(all, nil)
		return
	}
	u.lookups.Go(func() {
		all, err := u.lookUp()
		c.loop.Post(func() { c.found(all, err) })
	})
}

// found takes the addresses of the upstream.
func (c *connection) found(all []address, err error) {
	switch {
	case c.phase != connecting || c.upstream.FD >= 0: // an attempt before was slow to find them
	case err != nil:
		c.unreached(err)
	default:
		c.addresses = all
		c.connect(nil)
	}
}

// connectAgain is when to try again where the queue of a Unix socket is full or
// no descriptor is left.
const connectAgain = 5 * time.Millisecond

// connect tries the next address. The error is why the one before failed.
func (c *connection) connect(err error) {
	for len(c.addresses) > 0 {
		var fd int
		var atOnce bool
		fd, atOnce, err = c.addresses[0].connect(c.opts.Upstream.Buffers())
		switch err {
		case nil:
			c.addresses = c.addresses[1:]
			c.upstream.FD = fd
			if err = c.upstream.watchIn(c.loop); err != nil {
				c.dropUpstream()
				continue
			}
			if atOnce {
				c.connected()
			}
			return
		case unix.EAGAIN, unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM:
			c.loop.At(&c.job, time.Now().Add(connectAgain))
			return
		}
		c.addresses = c.addresses[1:]
	}
	c.unreached(err)
}

// dropUpstream closes the socket of an attempt to connect.
func (c *connection) dropUpstream() {
	if c.upstream.FD >= 0 {
		_ = unix.Close(c.upstream.FD) // it was not connected
		c.upstream.FD, c.upstream.Ending = -1, false
	}
}

// connected finds out what came of an attempt to connect.
func (c *connection) connected() {
	if err := c.upstream.failure(); err != nil {
		c.loop.Remove(c.upstream.watch)
		c.dropUpstream()
		c.connect(err)
		return
	}
	if _, err := unix.Getpeername(c.upstream.FD); err != nil {
		return // not yet
	}
	c.upstream.atOnce()
	c.grant(
		func() endpoint.Buffers { return endpoint.GrantedTo(uintptr(c.client.FD)) },
		func() endpoint.Buffers { return endpoint.GrantedTo(uintptr(c.upstream.FD)) })
	c.relay()
}

// lookConnecting gives an attempt up, goes on with it, or begins the next one.
func (c *connection) lookConnecting(late bool) {
	if late {
		if c.upstream.FD >= 0 {
			c.loop.Remove(c.upstream.watch)
			c.dropUpstream()
		}
		c.unreached(os.ErrDeadlineExceeded)
		return
	}
	if !c.giveUp.IsZero() {
		c.loop.At(&c.job, c.giveUp)
	}
	switch {
	case c.upstream.FD >= 0: // it takes its time
	case len(c.addresses) > 0:
		c.connect(nil)
	default:
		c.attempt()
	}
}
